import createClient from 'openapi-fetch';
import { authorizedFetch } from '../session/session';
import { ApiProblem, type ProblemBody } from './problem';
import type { components, paths } from './schema';

export type Schemas = components['schemas'];

/** The API, typed by openapi.json. Sends the tokens, renews them, and waits where the session has to be renewed by its person. */
export const api = createClient<paths>({
  baseUrl: window.location.origin,
  fetch: (request: Request) => authorizedFetch(request),
});

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** The body of an answer. @throws ApiProblem */
export async function answer<T>(sent: Promise<Answer<T>>): Promise<T> {
  return (await answerWithTag(sent)).data;
}

/** The body with its entity tag, for the If-Match of a change. @throws ApiProblem */
export async function answerWithTag<T>(sent: Promise<Answer<T>>): Promise<{ data: T; etag: string | undefined }> {
  let received: Answer<T>;
  try {
    received = await sent;
  } catch (error) {
    if (error instanceof ApiProblem || (error instanceof DOMException && error.name === 'AbortError')) throw error;
    throw new ApiProblem(0, {});
  }
  const { data, error, response } = received;
  if (!response.ok) throw new ApiProblem(response.status, isProblem(error) ? error : {}, response.headers);
  return { data: data as T, etag: response.headers.get('etag') ?? undefined };
}

function isProblem(body: unknown): body is ProblemBody {
  return typeof body === 'object' && body !== null && 'code' in body;
}

/** A name for one change, so that sending it again does not do it again. Works where the page is not served over https, too. */
export function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Header parameters of a change: `params: { header: change(key, etag) }`. */
export function change(key: string, etag?: string) {
  return { 'Idempotency-Key': key, ...(etag ? { 'If-Match': etag } : {}) };
}
