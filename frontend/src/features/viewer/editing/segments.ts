interface Point {
  readonly x: number;
  readonly y: number;
}

/** Where two segments meet; null where they do not, or run side by side. */
export function crossing(a: Point, b: Point, c: Point, d: Point): Point | null {
  const [abX, abY, cdX, cdY] = [b.x - a.x, b.y - a.y, d.x - c.x, d.y - c.y];
  const turn = abX * cdY - abY * cdX;
  if (turn === 0) return null;
  const alongAb = ((c.x - a.x) * cdY - (c.y - a.y) * cdX) / turn;
  const alongCd = ((c.x - a.x) * abY - (c.y - a.y) * abX) / turn;
  if (alongAb < 0 || alongAb > 1 || alongCd < 0 || alongCd > 1) return null;
  return { x: a.x + alongAb * abX, y: a.y + alongAb * abY };
}

/** The point of a segment that is nearest to another point. */
export function nearestOn(a: Point, b: Point, to: Point): Point {
  const [x, y] = [b.x - a.x, b.y - a.y];
  const length = x * x + y * y;
  const along = length === 0 ? 0 : Math.min(1, Math.max(0, ((to.x - a.x) * x + (to.y - a.y) * y) / length));
  return { x: a.x + along * x, y: a.y + along * y };
}

export function distance(a: Point, b: Point): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}
