import classes from "./ShapePicture.module.css";

export type Drawn = readonly (readonly (readonly [number, number])[])[];

interface ShapePictureProps {
  shapes: readonly Drawn[];
  /** All shapes that the picture must have room for, so that two pictures show the same place. */
  about: readonly Drawn[];
  urlOf: (square: { x: number; y: number; side: number }) => string;
}

const SIDE = 280;

/** Outlines over the tissue that they lie on. */
export function ShapePicture({ shapes, about, urlOf }: ShapePictureProps) {
  const points = about.flat(2);
  if (points.length === 0) return null;
  const [left, top] = [Math.min(...points.map(([x]) => x)), Math.min(...points.map(([, y]) => y))];
  const extent = Math.max(Math.max(...points.map(([x]) => x)) - left, Math.max(...points.map(([, y]) => y)) - top);
  const square = { x: left - extent * 0.15, y: top - extent * 0.15, side: extent * 1.3 };
  return (
    <div className={classes.picture}>
      <img src={`${urlOf(square)}&px=${SIDE}`} width={SIDE} height={SIDE} alt="" />
      <svg viewBox={`${square.x} ${square.y} ${square.side} ${square.side}`} aria-hidden>
        {shapes.map((rings, index) => (
          <path key={index} d={rings.map((ring) => `M${ring.map((point) => point.join(" ")).join("L")}Z`).join("")} vectorEffect="non-scaling-stroke" />
        ))}
      </svg>
    </div>
  );
}
