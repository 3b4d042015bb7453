import createClient from "openapi-fetch";
import { signedInAgain, useConnection } from "./connection";
import { ApiError, sentenceOf } from "./errors";
import type { paths } from "./schema";

/** The typed client of the API. A request that meets an ended session waits for a new sign-in, then goes again. */
export const api = createClient<paths>({ baseUrl: window.location.origin, fetch: fetchSignedIn });

/** The last request about the account: its answer may give the session another cookie than others left with. */
let aboutTheAccount: Promise<unknown> = Promise.resolve();

async function fetchSignedIn(request: Request): Promise<Response> {
  const [again, andAgain] = [request.clone(), request.clone()];
  const response = await asked(request);
  if (response.status !== 401 || isAbout("/api/session", request)) return response;
  await aboutTheAccount;
  const second = await reach(again);
  if (second.status !== 401) return second;
  await signedInAgain();
  return fetchSignedIn(andAgain);
}

function asked(request: Request): Promise<Response> {
  const answer = reach(request);
  if (isAbout("/api/account", request)) aboutTheAccount = answer.catch(() => undefined);
  return answer;
}

function isAbout(what: "/api/session" | "/api/account", request: Request): boolean {
  const { pathname } = new URL(request.url);
  return pathname === what || (what === "/api/account" && pathname.startsWith("/api/account/"));
}

async function reach(request: Request): Promise<Response> {
  try {
    const response = await fetch(request);
    useConnection.setState({ reachable: true });
    return response;
  } catch (error) {
    if (request.signal.aborted) throw error;
    useConnection.setState({ reachable: false });
    throw new ApiError(0, sentenceOf(0, undefined));
  }
}

interface Answer<Body> {
  data?: Body;
  error?: unknown;
  response: Response;
}

/** Return the body of an answer, or throw its sentence. */
export async function bodyOf<Body>(request: Promise<Answer<Body>>): Promise<Body> {
  const { data, error, response } = await request;
  if (!response.ok) throw new ApiError(response.status, sentenceOf(response.status, error));
  return data as Body;
}
