import { useCallback, useEffect, useRef } from "react";
import { standAt } from "../controls";
import { beside, standOf, type Alignment } from "../geometry";
import type { Mpp } from "../measure";
import type { ViewerStore } from "../store";
import { alignmentOf, inverse, plainAlignment } from "./alignment";

export type Side = 0 | 1;

interface Lock {
  stores: readonly [ViewerStore, ViewerStore];
  mpps: readonly [Mpp | null, Mpp | null];
  /** The side that a hand is on. */
  leader: Side;
  locked: boolean;
}

/** Let one viewer follow the other as they were laid beside each other; returns what lays them plainly again. */
export function useLock({ stores, mpps, leader, locked }: Lock): () => void {
  const alignment = useRef<Alignment | null>(null);
  const [left, right] = stores;
  const [leftMpp, rightMpp] = mpps;

  const follow = useCallback(() => {
    const known = [stateOf(left, leftMpp), stateOf(right, rightMpp)] as const;
    if (!known[0] || !known[1]) return;
    alignment.current ??= plainAlignment(known[0], known[1]);
    const onto = leader === 0 ? alignment.current : inverse(alignment.current);
    const { centre, scale, turn } = beside(known[leader]!.stand, onto);
    standAt(leader === 0 ? right : left, centre, scale, turn);
  }, [left, right, leftMpp, rightMpp, leader]);

  useEffect(() => {
    if (!locked) return;
    const [one, other] = [stateOf(left, null), stateOf(right, null)];
    if (one && other && alignment.current) alignment.current = alignmentOf(one.stand, other.stand);
    const stops = [left, right].map((store, side) =>
      store.subscribe((now, before) => {
        if (now.view !== before.view && (side === leader || before.view === null)) follow();
      }),
    );
    return () => stops.forEach((stop) => stop());
  }, [left, right, locked, leader, follow]);

  return useCallback(() => {
    alignment.current = null;
    follow();
  }, [follow]);
}

/** Where a viewer stands; null until its slide is open. */
function stateOf(store: ViewerStore, mpp: Mpp | null) {
  const { view, viewer } = store.getState();
  const image = viewer?.world?.getItemAt(0);
  if (!view || !viewer || !image) return null;
  const [{ x: width, y: height }, window] = [image.getContentSize(), viewer.viewport.getContainerSize()];
  return { stand: standOf(view, { width: window.x, height: window.y }), size: { width, height }, mpp };
}
