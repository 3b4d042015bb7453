import type { components } from "./schema";

type Schemas = components["schemas"];

/** A polygon in level-0 pixels: the exterior ring, then the holes. The generated client loses that a vertex is a pair. */
type Rings = [number, number][][];

export type Session = Schemas["SessionOut"];
export type Person = Schemas["PersonOut"];
export type PersonChange = Schemas["PersonChange"];
export type NewInvitation = Schemas["InvitationIn"];
/** The secret of a link, told once. */
export type Link = Schemas["LinkOut"];
export type OpenedLink = Schemas["OpenedOut"];
export type Acceptance = Schemas["AcceptIn"];
export type NewToken = Schemas["TokenIn"];
export type Role = Session["user"]["role"];
/** Another reader who has a review open. */
export type Present = Schemas["PresentOut"];
export type Slide = Schemas["SlideOut"];
/** What becomes of chosen files. */
export type Announcement = Schemas["Announcement"];
export type ChosenFile = Schemas["ChosenFile"];
/** A slide on its way in, with where its files are sent. */
export type IncomingSlide = Schemas["IncomingSlide"];
export type SlideReference = Schemas["SlideReference"];
export type SlideChange = Schemas["SlideChange"];
/** Where a slide stands, in one word. */
export type SlideStanding = Slide["standing"];
/** A case with those of its slides that match, or one slide that has no case. */
export type WorklistEntry = Schemas["EntryOut"];
export type Case = Schemas["CaseOut"];
export type CaseDetail = Schemas["CaseDetail"];
export type CaseChange = Schemas["CaseChange"];
export type CaseSum = Schemas["SumOut"];
export type NewCase = Schemas["NewCase"];
export type Reader = Schemas["ReaderOut"];
/** Whether the analysis of one slide was queued, or why not. */
export type Queued = Schemas["QueuedOut"];
export type Analysis = Schemas["AnalysisOut"];
export type Findings = Schemas["FindingsOut"];
/** A map over the slide, and where its tiles are asked for. */
export type SlideMap = Schemas["MapOut"] & { readonly url: string };
export type Lesion = Omit<Schemas["ReviewLesionOut"], "polygon"> & { polygon: Rings };
export type Gland = Omit<Schemas["ReviewGlandOut"], "polygon"> & { polygon: Rings };
export type Review = Omit<Schemas["ReviewOut"], "lesions" | "glands"> & { lesions: Lesion[]; glands: Gland[] };
export type Score = Schemas["ScoreOut"];
export type Verdict = Lesion["verdict"];
export type ConsensusFields = Schemas["ConsensusFields-Output"];
export type Signature = Schemas["SignatureOut"];
export type SignedVersion = Schemas["SignedVersionOut"];
export type Missing = Schemas["MissingOut"];
export type Agreement = Schemas["AgreementOut"];
/** What signed reviews made of the proposed foci, by version of the networks and period. */
export type Performance = Schemas["PerformanceOut"];
export type NetworkVersion = Performance["versions"][number];
export type Judged = NetworkVersion["total"];

/** What a reader may send; the id is the page's, so that a repeat is known. */
export type Command =
  | Schemas["VerdictIn"]
  | (Omit<Schemas["ShapesIn"], "added"> & { added: { id: string; layer: "lesion" | "gland"; polygon: Rings; parents?: string[] | null }[] })
  | Schemas["FieldsIn"]
  | Schemas["CommentIn"]
  | Schemas["ReadIn"]
  | Schemas["AmendIn"]
  | Schemas["StepIn"];

type WithoutId<Given> = Given extends unknown ? Omit<Given, "id"> : never;

/** A command before it has an id. */
export type Action = WithoutId<Command>;
export type Status = Schemas["StatusOut"];
