import type { Command, Lesion, Review, Score } from "../types";
import { areaMm2 } from "./area";

/** Who acts, and how large a pixel is: what the page knows besides the review. */
export interface Reader {
  readonly name: string;
  /** µm per level-0 pixel, x and y; null where it is unknown. */
  readonly mpp: readonly [number, number] | null;
}

/**
 * Say what the review will be once the server has taken a command.
 *
 * The interval is left unknown, and the lymphocytes of what was drawn: the server knows them. A step back or forward is
 * left to the server altogether.
 */
export function applied(review: Review, command: Command, reader: Reader): Review {
  switch (command.kind) {
    case "verdict":
      return scored({ ...review, lesions: review.lesions.map((one) => decided(one, command, reader)) });
    case "shape":
      return scored(redrawn(review, command, reader));
    case "fields": {
      const fields = { ...review.fields, ...command.fields };
      const missing = review.missing_fields.filter((name) => fields[name as keyof typeof fields] === null);
      return scored({ ...review, fields, missing_fields: missing });
    }
    case "comment": {
      const comment = { lesion_id: command.lesion_id ?? null, text: command.text, by: reader.name, at: now() };
      return { ...review, comments: [...review.comments, comment] };
    }
    default:
      return review;
  }
}

type Saying = Extract<Command, { kind: "verdict" }>;
type Drawing = Extract<Command, { kind: "shape" }>;

function decided(lesion: Lesion, said: Saying, reader: Reader): Lesion {
  if (!said.lesion_ids.includes(lesion.id)) return lesion;
  const counted = lesion.lymphocyte_count === null ? null : lesion.lymphocyte_count >= 50;
  return {
    ...lesion,
    verdict: said.verdict === "confirmed" && lesion.confidence === null ? drawnVerdict(lesion.parents) : said.verdict,
    counts_as_focus: said.counts_as_focus ?? counted,
    overridden: said.counts_as_focus != null,
    reason: said.reason ?? null,
    decided_by: said.verdict === "undecided" ? null : reader.name,
    decided_at: said.verdict === "undecided" ? null : now(),
  };
}

function redrawn(review: Review, { removed, added }: Drawing, reader: Reader): Review {
  const taken = review.lesions.filter(({ id }) => removed.includes(id));
  const free = new Set(taken.map(({ number }) => number));
  const heirs = new Map<string, string>();
  let next = Math.max(0, ...review.lesions.map(({ number }) => number)) + 1;
  const made = added.map((shape) => ({ ...shape, area_mm2: areaMm2(shape.polygon, reader.mpp) }));
  const lesions = made.filter(({ layer }) => layer === "lesion").map(({ id, polygon, area_mm2, parents: said }): Lesion => {
    const old = taken.filter((one) => said?.includes(one.id) ?? true);
    const number = Math.min(...old.map((one) => one.number).filter((one) => free.has(one)));
    free.delete(number);
    old.forEach((one) => heirs.has(one.id) || heirs.set(one.id, id));
    const parents = proposalsOf(old);
    const overridden = old.length === 1 && old[0]!.overridden;
    return {
      id, polygon, area_mm2, parents, overridden,
      number: number === Infinity ? next++ : number,
      lymphocyte_count: null, confidence: null,
      verdict: drawnVerdict(parents),
      counts_as_focus: overridden ? old[0]!.counts_as_focus : null,
      borderline: false, reason: null, decided_by: reader.name, decided_at: now(),
    };
  });
  const glands = made.filter(({ layer }) => layer === "gland").map(({ id, polygon, area_mm2 }) => ({ id, polygon, area_mm2 }));
  return {
    ...review,
    comments: review.comments.map((one) => ({ ...one, lesion_id: heirs.get(one.lesion_id ?? "") ?? one.lesion_id })),
    lesions: [...review.lesions.filter(({ id }) => !removed.includes(id)), ...lesions].sort((one, other) => one.number - other.number),
    glands: [...review.glands.filter(({ id }) => !removed.includes(id)), ...glands],
  };
}

/** The proposals that lesions are, or were made from. */
function proposalsOf(lesions: readonly Lesion[]): string[] {
  return [...new Set(lesions.flatMap(({ id, confidence, parents }) => (confidence === null ? parents : [id])))];
}

const drawnVerdict = (parents: readonly unknown[]) => (parents.length > 0 ? "corrected" : "added");
const now = () => new Date().toISOString();

/** Count anew what is decided, and the reviewed score. */
function scored(review: Review): Review {
  const decided = review.lesions.filter(({ verdict }) => verdict !== "undecided").length;
  const total = review.lesions.length;
  const looked = decided > 0 || review.fields.pattern !== null;
  const reviewed = looked ? scoreOf(review.lesions, review.reviewed) : review.reviewed;
  return { ...review, decided, total, complete: decided === total, reviewed };
}

const UNKNOWN = { focus_score: null, low: null, high: null, area_fraction: null, meets_criterion: null };

function scoreOf(lesions: readonly Lesion[], before: Score): Score {
  const area = before.glandular_area_mm2;
  const accepted = lesions.filter(isAccepted);
  const foci = accepted.filter(({ counts_as_focus }) => counts_as_focus);
  if (!area || accepted.some(({ counts_as_focus }) => counts_as_focus === null)) {
    return { ...before, ...UNKNOWN, foci: foci.length };
  }
  const focusScore = (4 * foci.length) / area;
  return {
    ...before,
    ...UNKNOWN,
    foci: foci.length,
    focus_score: focusScore,
    reason: null,
    area_fraction: foci.reduce((sum, { area_mm2 }) => sum + area_mm2, 0) / area,
    meets_criterion: focusScore >= 1,
  };
}

/** Whether a reader has let a lesion stand, as proposed or as drawn. */
export function isAccepted({ verdict }: Lesion): boolean {
  return verdict !== "undecided" && verdict !== "rejected";
}
