import { DetailedError, Upload } from "tus-js-client";
import { sentenceOf } from "@/api/errors";

const CHUNK_BYTES = 32 * 2 ** 20;
const RETRY_DELAYS_MS = [500, 1500, 4000];

/** No answer, a connection that is still closing (423; 409 where its last bytes came after the offset was asked for), or a server that is restarting: these pass by themselves. */
const PASSING = [0, 409, 423, 502, 503, 504];

/** A file and where it is sent; `offset` says how much of it is there already. */
export interface Part {
  readonly file: File;
  readonly address: string;
  readonly offset: number;
}

export interface TransferEvents {
  /** How many bytes of all files are there. */
  onProgress: (sent: number) => void;
  onDone: () => void;
  /** The connection is gone: the transfer will go on when told to. */
  onConnectionLost: () => void;
  onSessionEnded: () => void;
  /** The server no longer knows the upload. */
  onForgotten: () => void;
  onRefused: (sentence: string) => void;
}

/** Sends the files of one slide by tus, one after the other. Each start goes on where the server says. */
export class Transfer {
  private readonly sent: number[];
  private current: Upload | null = null;

  constructor(
    private readonly parts: readonly Part[],
    private readonly events: TransferEvents,
  ) {
    this.sent = parts.map(({ offset }) => offset);
  }

  start(): void {
    const missing = this.parts.findIndex(({ file }, index) => this.sent[index]! < file.size);
    // Where nothing is missing, asking for the last one makes the server bring it to its end.
    this.send(missing < 0 ? this.parts.length - 1 : missing);
  }

  stop(): void {
    void this.current?.abort();
  }

  private send(index: number): void {
    const { file, address } = this.parts[index]!;
    this.current = new Upload(file, {
      uploadUrl: address,
      chunkSize: CHUNK_BYTES,
      retryDelays: RETRY_DELAYS_MS,
      // A full disk (507) stays full for longer, and each try would send megabytes in vain.
      onShouldRetry: (error) => navigator.onLine && [...PASSING, 500].includes(statusOf(error)),
      storeFingerprintForResuming: false,
      onProgress: (sent) => this.tellProgress(index, sent),
      onSuccess: () => this.goOnAfter(index),
      onError: (error) => tell(error, this.events),
    });
    this.current.start();
  }

  private goOnAfter(index: number): void {
    this.tellProgress(index, this.parts[index]!.file.size);
    if (this.parts.every(({ file }, one) => this.sent[one]! >= file.size)) this.events.onDone();
    else this.start();
  }

  private tellProgress(index: number, sent: number): void {
    this.sent[index] = sent;
    this.events.onProgress(this.sent.reduce((sum, one) => sum + one, 0));
  }
}

function tell(error: Error, events: TransferEvents): void {
  const status = statusOf(error);
  if (PASSING.includes(status)) events.onConnectionLost();
  else if (status === 401) events.onSessionEnded();
  else if (status === 404) events.onForgotten();
  else events.onRefused(sentenceOf(status, parsed(answerTo(error)?.getBody())));
}

function answerTo(error: Error) {
  return error instanceof DetailedError ? error.originalResponse : null;
}

function statusOf(error: Error): number {
  return answerTo(error)?.getStatus() ?? 0;
}

function parsed(body: string | undefined): unknown {
  try {
    return JSON.parse(body ?? "");
  } catch {
    return undefined;
  }
}
