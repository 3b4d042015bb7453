/** One pointer as the browser tells of it, in CSS pixels inside the viewer. */
export interface Pointer {
  readonly id: number;
  readonly kind: string;
  readonly button: number;
  readonly x: number;
  readonly y: number;
}

export type Claim = "stroke" | "pan";

/** What hands can do to the viewer, besides what OpenSeadragon itself lets them. */
export interface Hands {
  /** What a press begins; null leaves it to OpenSeadragon. */
  claim(pointer: Pointer): Claim | null;
  press(pointer: Pointer): void;
  drag(pointer: Pointer): void;
  release(pointer: Pointer): void;
  abort(): void;
  pan(x: number, y: number): void;
  zoom(factor: number, x: number, y: number): void;
}

/** Tell strokes of a tool from moving the slide. Each answers whether the pointer is ours. */
export interface Gestures {
  down(pointer: Pointer): boolean;
  move(pointer: Pointer): boolean;
  up(pointer: Pointer): boolean;
  cancel(pointer: Pointer): boolean;
}

/** A finger draws with the tool until a second one comes: then both move and pinch the slide. */
export function gestures(hands: Hands): Gestures {
  const held = new Map<number, Pointer>();
  let doing: Claim | "pinch" | null = null;
  const isDrawing = (id: number) => doing === "stroke" && held.has(id);

  function down(pointer: Pointer): boolean {
    if (doing === null) {
      doing = hands.claim(pointer);
      if (doing === null) return false;
      held.set(pointer.id, pointer);
      if (doing === "stroke") hands.press(pointer);
    } else if (pointer.kind === "touch" && [...held.values()].every(({ kind }) => kind === "touch") && held.size < 2) {
      if (doing === "stroke") hands.abort();
      doing = "pinch";
      held.set(pointer.id, pointer);
    }
    return true; // a palm beside the pen, a second button: nobody else's business either
  }

  function move(pointer: Pointer): boolean {
    const before = held.get(pointer.id);
    if (!before) return false;
    const others = [...held.values()].filter(({ id }) => id !== pointer.id);
    held.set(pointer.id, pointer);
    if (doing === "stroke") hands.drag(pointer);
    else if (others[0]) pinch(before, pointer, others[0]);
    else hands.pan(pointer.x - before.x, pointer.y - before.y);
    return true;
  }

  function pinch(before: Pointer, after: Pointer, other: Pointer): void {
    hands.pan((after.x - before.x) / 2, (after.y - before.y) / 2);
    const [from, to] = [before, after].map(({ x, y }) => Math.max(1, Math.hypot(x - other.x, y - other.y)));
    hands.zoom(to! / from!, (after.x + other.x) / 2, (after.y + other.y) / 2);
  }

  function letGo({ id }: Pointer): boolean {
    if (!held.delete(id)) return false;
    doing = held.size === 0 ? null : "pan";
    return true;
  }

  function up(pointer: Pointer): boolean {
    if (isDrawing(pointer.id)) hands.release(pointer);
    return letGo(pointer);
  }

  function cancel(pointer: Pointer): boolean {
    if (isDrawing(pointer.id)) hands.abort();
    return letGo(pointer);
  }

  return { down, move, up, cancel };
}
