/** The area of a polygon in mm²; `mpp` is µm per pixel in x and y. Unknown pixels have no area yet: 0 until the server says. */
export function areaMm2(rings: readonly (readonly [number, number][])[], mpp: readonly [number, number] | null): number {
  if (!mpp) return 0;
  const [exterior = 0, ...holes] = rings.map((ring) => Math.abs(signedArea(ring)));
  return ((exterior - holes.reduce((sum, one) => sum + one, 0)) * mpp[0] * mpp[1]) / 1e6;
}

function signedArea(ring: readonly [number, number][]): number {
  const next = (index: number) => ring[(index + 1) % ring.length]!;
  return ring.reduce((sum, [x, y], index) => sum + x * next(index)[1] - next(index)[0] * y, 0) / 2;
}
