import { i18n } from "./i18n";

const NAMES: Record<string, string> = {
  aperio: "Aperio",
  dicom: "DICOM",
  "generic-tiff": "TIFF",
  hamamatsu: "Hamamatsu",
  leica: "Leica",
  mirax: "MIRAX",
  philips: "Philips",
  sakura: "Sakura",
  trestle: "Trestle",
  ventana: "Ventana",
  zeiss: "Zeiss",
};

/** Write a scanner vendor as people do. */
export function vendorName(vendor: string): string {
  if (vendor === "synthetic") return i18n.t("synthetic");
  return NAMES[vendor] ?? vendor;
}
