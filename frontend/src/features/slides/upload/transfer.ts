import { DetailedError, Upload } from "tus-js-client";
import { sentenceOf } from "@/api/errors";

const CHUNK_BYTES = 32 * 2 ** 20;
const RETRY_DELAYS_MS = [500, 1500, 4000];

export interface TransferEvents {
  onProgress: (sent: number) => void;
  onResumed: (fraction: number) => void;
  onDone: () => void;
  /** The connection is gone: the transfer will go on when told to. */
  onConnectionLost: () => void;
  onSessionEnded: () => void;
  onRefused: (sentence: string) => void;
}

/** Prepare to send one file by tus; goes on where an earlier transfer of the same file stopped. */
export async function prepareTransfer(file: File, events: TransferEvents): Promise<Upload> {
  let resuming = false;
  const transfer = new Upload(file, {
    endpoint: "/api/uploads",
    chunkSize: CHUNK_BYTES,
    retryDelays: RETRY_DELAYS_MS,
    removeFingerprintOnSuccess: true,
    metadata: { filename: file.name, filetype: file.type || "application/octet-stream" },
    onProgress(sent) {
      if (resuming && sent > 0) events.onResumed(sent / file.size);
      resuming = false;
      events.onProgress(sent);
    },
    onSuccess: events.onDone,
    onError: (error) => tell(error, events),
  });
  const [earlier] = await transfer.findPreviousUploads();
  if (earlier) {
    resuming = true;
    transfer.resumeFromPreviousUpload(earlier);
  }
  return transfer;
}

function tell(error: Error, events: TransferEvents): void {
  const answer = error instanceof DetailedError ? error.originalResponse : null;
  const status = answer?.getStatus() ?? 0;
  if (status === 0) events.onConnectionLost();
  else if (status === 401) events.onSessionEnded();
  else events.onRefused(sentenceOf(status, parsed(answer?.getBody())));
}

function parsed(body: string | undefined): unknown {
  try {
    return JSON.parse(body ?? "");
  } catch {
    return undefined;
  }
}
