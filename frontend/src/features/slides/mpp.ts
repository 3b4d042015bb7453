/** What the API accepts, in µm per pixel. */
const LEAST = 0.02;
const MOST = 200;

/** Read a pixel size as people write it; a comma may stand for the point. */
export function readMpp(text: string): number | null {
  const value = Number(text.trim().replace(",", "."));
  return text.trim() && value >= LEAST && value <= MOST ? value : null;
}
