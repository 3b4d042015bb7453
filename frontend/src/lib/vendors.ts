const NAMES: Record<string, string> = {
  aperio: "Aperio",
  dicom: "DICOM",
  "generic-tiff": "TIFF",
  hamamatsu: "Hamamatsu",
  leica: "Leica",
  mirax: "MIRAX",
  philips: "Philips",
  sakura: "Sakura",
  synthetic: "Synthetic",
  trestle: "Trestle",
  ventana: "Ventana",
  zeiss: "Zeiss",
};

/** Write a scanner vendor as people do. */
export function vendorName(vendor: string): string {
  return NAMES[vendor] ?? vendor;
}
