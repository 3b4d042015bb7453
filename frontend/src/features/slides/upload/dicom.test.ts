import { expect, it } from "vitest";
import { mayBeDicom, seriesOf } from "./dicom";

const SERIES = "1.2.840.99.7";

/** An element in explicit or implicit little endian; a value of elements is a sequence of one item, of undefined length. */
function element(group: number, number: number, vr: string, value: string | number[], explicit = true): number[] {
  const tag = [group & 255, group >> 8, number & 255, number >> 8];
  const bytes = typeof value === "string" ? [...new TextEncoder().encode(value)] : value;
  if (vr === "SQ") {
    const item = [0xfe, 0xff, 0x00, 0xe0, 255, 255, 255, 255, ...bytes, 0xfe, 0xff, 0x0d, 0xe0, 0, 0, 0, 0];
    const head = explicit ? [...vr].map((one) => one.charCodeAt(0)).concat(0, 0) : [];
    return [...tag, ...head, 255, 255, 255, 255, ...item, 0xfe, 0xff, 0xdd, 0xe0, 0, 0, 0, 0];
  }
  const length = [bytes.length & 255, bytes.length >> 8];
  const head = explicit ? [...[...vr].map((one) => one.charCodeAt(0)), ...length] : [...length, 0, 0];
  return [...tag, ...head, ...bytes];
}

function dicom(syntax: string, explicit: boolean): Blob {
  const nested = element(0x20, 0x0e, "UI", "9.9.9.9", explicit);
  const data = [
    ...Array<number>(128).fill(0),
    ...new TextEncoder().encode("DICM"),
    ...element(2, 0x10, "UI", syntax),
    ...element(8, 0x1115, "SQ", nested, explicit),
    ...element(0x10, 0x10, "PN", "Zhang^Wei ", explicit),
    ...element(0x20, 0x0d, "UI", "1.2.840.99.1", explicit),
    ...element(0x20, 0x0e, "UI", `${SERIES}\0`, explicit),
  ];
  return new Blob([new Uint8Array(data)]);
}

it("reads the series of a file, not one that it refers to", async () => {
  expect(await seriesOf(dicom("1.2.840.10008.1.2.1", true))).toBe(SERIES);
  expect(await seriesOf(dicom("1.2.840.10008.1.2\0", false))).toBe(SERIES);
});

it("finds none in what is cut short or something else", async () => {
  expect(await seriesOf(dicom("1.2.840.10008.1.2.1", true).slice(0, 200))).toBeNull();
  expect(await seriesOf(new Blob(["Dear colleague"]))).toBeNull();
});

it("opens what may be called anything, and no file of another format", () => {
  expect(["1.2.840", "scan", "a.dcm", "IM0001"].every(mayBeDicom)).toBe(true);
  expect(["a.SVS", "Data0001.dat", "a.zip"].some(mayBeDicom)).toBe(false);
});
