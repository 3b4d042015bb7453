const PREAMBLE = 128;
const HEAD_BYTES = 256 * 1024;
const SERIES = 0x0020000e;
const TRANSFER_SYNTAX = 0x00020010;
const IMPLICIT = "1.2.840.10008.1.2";
const [ITEM, END_OF_ITEM, END_OF_ITEMS] = [0xfffee000, 0xfffee00d, 0xfffee0dd];
const UNDEFINED = 0xffffffff;
const LONG_LENGTHS = ["OB", "OD", "OF", "OL", "OV", "OW", "SQ", "SV", "UC", "UN", "UR", "UT", "UV"];

const OTHER = /\.(svs|ndpi|tiff?|scn|bif|svslide|czi|avs|mrxs|dat|ini|vms|vmu|opt|ngr|jpe?g|png|bmp|zip)$/i;

/** Whether a file is worth opening to see: DICOM is often called by a number. */
export function mayBeDicom(name: string): boolean {
  return !OTHER.test(name);
}

/** Read the SeriesInstanceUID of a DICOM file, whatever it is called; null for any other file. */
export async function seriesOf(file: Blob): Promise<string | null> {
  const head = new DataView(await file.slice(0, HEAD_BYTES).arrayBuffer());
  try {
    return text(head, PREAMBLE, 4) === "DICM" ? findSeries(head) : null;
  } catch {
    return null; // it ends before its series is named
  }
}

interface Element {
  readonly tag: number;
  readonly length: number;
  /** Where its value begins. */
  readonly at: number;
}

function findSeries(head: DataView): string | null {
  let [at, explicit] = [PREAMBLE + 4, true];
  let [syntax, inMeta] = ["", true];
  for (;;) {
    if (inMeta && head.getUint16(at, true) !== 2) [inMeta, explicit] = [false, syntax !== IMPLICIT];
    const element = elementAt(head, at, explicit);
    if (element.tag === SERIES) return uid(head, element) || null;
    if (element.tag > SERIES) return null;
    if (element.tag === TRANSFER_SYNTAX) syntax = uid(head, element);
    at = after(head, element, explicit);
  }
}

function elementAt(head: DataView, at: number, explicit: boolean): Element {
  const tag = head.getUint16(at, true) * 0x10000 + head.getUint16(at + 2, true);
  if (!explicit || tag >= ITEM) return { tag, length: head.getUint32(at + 4, true), at: at + 8 };
  if (LONG_LENGTHS.includes(text(head, at + 4, 2))) return { tag, length: head.getUint32(at + 8, true), at: at + 12 };
  return { tag, length: head.getUint16(at + 6, true), at: at + 8 };
}

/** Where the next element begins; sequences may say only at their end how long they were. */
function after(head: DataView, { length, at }: Element, explicit: boolean): number {
  if (length !== UNDEFINED) return at + length;
  let position = at;
  for (;;) {
    const item = elementAt(head, position, explicit);
    position = item.at;
    if (item.tag === END_OF_ITEMS || item.tag === END_OF_ITEM) return position;
    position = after(head, item, explicit);
  }
}

function uid(head: DataView, { at, length }: Element): string {
  return text(head, at, length).replace(/[\0 ]+$/, "");
}

function text(head: DataView, at: number, length: number): string {
  return String.fromCharCode(...new Uint8Array(head.buffer, at, length));
}
