import createClient from "openapi-fetch";
import { signedInAgain, useConnection } from "./connection";
import { ApiError, sentenceOf } from "./errors";
import type { paths } from "./schema";

/** The typed client of the API. A request that meets an ended session waits for a new sign-in, then goes again. */
export const api = createClient<paths>({ baseUrl: window.location.origin, fetch: fetchSignedIn });

async function fetchSignedIn(request: Request): Promise<Response> {
  const again = request.clone();
  const response = await reach(request);
  if (response.status !== 401 || isAboutTheSession(request)) return response;
  await signedInAgain();
  return fetchSignedIn(again);
}

function isAboutTheSession(request: Request): boolean {
  return new URL(request.url).pathname === "/api/session";
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
