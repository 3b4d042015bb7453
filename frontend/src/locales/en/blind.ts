/** Reading a slide before the proposals are shown. */
export const blind = {
  withheld: "The proposals are not shown yet",
  shownOnceSigned: "Readers of this case read before the proposals are shown. You see them once the review is signed.",
  title: "Your own read first",
  why: "Look at the slide and record what you see. The proposals and their scores are shown after that, so that they cannot sway you.",
  estimate: "Estimated focus score",
  perArea: "Foci per 4 mm² of glandular tissue",
  cannotSay: "I cannot say",
  show: "Show the proposals",
  once: "Your read is kept with its time and appears in the report. It is recorded once.",
} as const;
