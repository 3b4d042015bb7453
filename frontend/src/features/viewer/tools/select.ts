/** A click selects one shape, or none; with Shift it is put to those selected, or taken from them. */
export function picked(id: string | null, adds: boolean, selected: readonly string[]): readonly string[] {
  if (!adds) return id === null ? [] : [id];
  if (id === null) return selected;
  return selected.includes(id) ? selected.filter((one) => one !== id) : [...selected, id];
}
