/** The names under which the query cache keeps what the server said. */
export const keys = {
  session: ["session"],
  slides: ["slides"],
  worklist: ["slides", "worklist"],
  cases: ["slides", "cases"],
  case: (caseId: string) => ["slides", "case", caseId],
  readers: ["readers"],
  slide: (slideId: string) => ["slide", slideId],
  analyses: (slideId: string) => ["analyses", slideId],
  findings: (analysisId: string) => ["findings", analysisId],
  maps: (analysisId: string) => ["maps", analysisId],
  review: (analysisId: string) => ["review", analysisId],
  glands: (analysisId: string) => ["glands", analysisId],
  signatures: (analysisId: string) => ["signatures", analysisId],
  ownSessions: ["account", "sessions"],
  agreement: (readerId: string | null) => ["agreement", readerId],
  present: (analysisId: string) => ["present", analysisId],
} as const;
