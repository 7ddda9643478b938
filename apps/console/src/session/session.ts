import { ApiProblem } from '../api/problem';
import type { PasskeyAssertion } from './passkeys';

/**
 * The tokens of the person at this browser. The refresh token is shared by all tabs and works once, so one tab at a time renews,
 * under a lock, always with the newest. Access and session token are this tab's; a reload keeps them, so that it need not renew.
 */

interface Tokens {
  accessToken: string;
  refreshToken: string;
  sessionToken: string;
}

/** As whom, and where, the page was built up. */
export interface Identity {
  userId: string;
  organizationId: number;
}

export type SessionState = 'signed-in' | 'expired' | 'signed-out';

const REFRESH_KEY = 'credence.refresh';
const TAB_KEY = 'credence.tab';
const LOCK = 'credence.session';
const LONGEST_LEAVING_MS = 3_000;

let tab: Omit<Tokens, 'refreshToken'> | null = readTab();
let state: SessionState = localStorage.getItem(REFRESH_KEY) ? 'signed-in' : 'signed-out';
let renewing: Promise<boolean> | null = null;
let known: Identity | null = null;
const listeners = new Set<() => void>();
const leaving = new Set<() => Promise<void>>();

// Another tab signed out, or in: this one follows.
window.addEventListener('storage', ({ key, newValue }) => {
  if (key !== REFRESH_KEY) return;
  if (newValue === null) {
    forgetTab();
    setState('signed-out');
  } else {
    // What waited goes on: it finds out by itself that it needs the new tokens.
    setState('signed-in');
  }
});

export function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function sessionState(): SessionState {
  return state;
}

/** What the page shows belongs to this person in this organisation. */
export function setIdentity(identity: Identity): void {
  known = identity;
}

/** @throws ApiProblem; second_factor_required says what the second step needs */
export async function signIn(email: string, password: string): Promise<void> {
  await keepAs(await send('/auth/v1/rs/login/credentials', { email, password }));
}

/** The second step. @throws ApiProblem */
export async function signInWithCode(token: string, code: string): Promise<void> {
  await keepAs(await send('/auth/v1/rs/login/second-factor/code', { token, code }));
}

/** The second step. @throws ApiProblem */
export async function signInWithPasskey(token: string, passkey: PasskeyAssertion): Promise<void> {
  await keepAs(await send('/auth/v1/rs/login/second-factor/passkey', { token, passkey }));
}

/** Exchanges a token of the identity provider for ours. @throws ApiProblem */
export async function signInWithProviderToken(token: string): Promise<void> {
  await keepAs(await send('/auth/v1/rs/login/oidc', undefined, token));
}

/** What has to be sent as this person, before they are somebody else. */
export function beforeLeaving(work: () => Promise<void>): void {
  leaving.add(work);
}

async function leave(): Promise<void> {
  const done = Promise.all([...leaving].map((work) => work()));
  await Promise.race([done, new Promise((resolve) => setTimeout(resolve, LONGEST_LEAVING_MS))]);
}

/** Ends the session here and on the server; other tabs follow. Without a connection it ends here. */
export async function signOut(): Promise<void> {
  await leave();
  const token = tab?.accessToken;
  forget();
  setState('signed-out');
  if (token) await send('/auth/v1/rs/logout', undefined, token).catch(() => undefined);
}

/** To another organisation of the same person: a new session; every tab gets it. @throws ApiProblem */
export async function switchOrganization(organizationId: number): Promise<void> {
  await leave();
  await locked(async () => {
    const token = tab?.accessToken;
    keep(await send('/auth/v1/rs/login/switch', { organizationId }, token));
  });
}

/** Sends a request with the tokens. An expired token is renewed; an expired session waits until its person has signed in again. */
export async function authorizedFetch(request: Request): Promise<Response> {
  // Open to everybody; the sign-in itself is not sent this way.
  if (new URL(request.url).pathname.startsWith('/auth/')) return fetch(request);
  for (;;) {
    const used = tab;
    const response = used ? await fetch(authorize(request.clone(), used)) : null;
    if (response && response.status !== 401) return response;
    if (await renew(used?.accessToken)) continue;
    await untilSignedIn(request.signal);
  }
}

function authorize(request: Request, { accessToken, sessionToken }: Omit<Tokens, 'refreshToken'>): Request {
  request.headers.set('authorization', `Bearer ${accessToken}`);
  if (new URL(request.url).pathname.startsWith('/users-organizations/')) {
    request.headers.set('x-session-token', sessionToken);
  }
  return request;
}

/** Whether there are new tokens. False: the session is over. @throws ApiProblem when nobody answers. */
function renew(refused: string | undefined): Promise<boolean> {
  renewing ??= locked(() => renewNow(refused)).finally(() => (renewing = null));
  return renewing;
}

async function renewNow(refused: string | undefined): Promise<boolean> {
  if (tab && tab.accessToken !== refused) return true;
  const refreshToken = localStorage.getItem(REFRESH_KEY);
  if (!refreshToken) {
    setState('signed-out');
    return false;
  }
  try {
    await keepAs(await send('/auth/v1/rs/login/refresh', { refreshToken }));
    return true;
  } catch (error) {
    if (!(error instanceof ApiProblem) || error.status !== 401) throw error;
    forgetTab();
    setState('expired');
    return false;
  }
}

function untilSignedIn(signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = subscribe(() => {
      if (state !== 'signed-in') return;
      stop();
      resolve();
    });
    signal.addEventListener('abort', () => {
      stop();
      reject(new DOMException('Aborted', 'AbortError'));
    });
  });
}

/** Tabs of one browser one after the other. Locks exist on https and localhost only; elsewhere tabs may get in each other's way. */
function locked<T>(work: () => Promise<T>): Promise<T> {
  if (!('locks' in navigator)) return work();
  return navigator.locks.request(LOCK, work);
}

async function send(path: string, body?: object, token?: string): Promise<Tokens> {
  const headers: Record<string, string> = { 'content-type': 'application/json' };
  if (token) headers['authorization'] = `Bearer ${token}`;
  let response: Response;
  let text: string;
  try {
    response = await fetch(path, { method: 'POST', headers, ...(body ? { body: JSON.stringify(body) } : {}) });
    text = await response.text();
  } catch {
    throw new ApiProblem(0, {});
  }
  const parsed = parse(text);
  if (!response.ok) throw new ApiProblem(response.status, parsed, response.headers);
  return (parsed as { data: Tokens }).data;
}

function parse(text: string): object {
  try {
    return JSON.parse(text) as object;
  } catch {
    return {};
  }
}

function keep({ accessToken, refreshToken, sessionToken }: Tokens): void {
  localStorage.setItem(REFRESH_KEY, refreshToken);
  tab = { accessToken, sessionToken };
  sessionStorage.setItem(TAB_KEY, JSON.stringify(tab));
  setState('signed-in');
}

/** Tokens of another session may be another person's, or for another organisation: then the page starts afresh. */
async function keepAs(tokens: Tokens): Promise<void> {
  if (known) {
    const headers = { authorization: `Bearer ${tokens.accessToken}` };
    const session = await fetch('/api/v1/shared/users/me/session', { headers }).then(
      (response) => (response.ok ? (response.json() as Promise<Identity>) : null),
      () => null,
    );
    if (session && (session.userId !== known.userId || session.organizationId !== known.organizationId)) {
      keep(tokens);
      window.location.assign(import.meta.env.BASE_URL);
      await new Promise(() => undefined);
    }
  }
  keep(tokens);
}

function forget(): void {
  localStorage.removeItem(REFRESH_KEY);
  forgetTab();
}

function forgetTab(): void {
  tab = null;
  sessionStorage.removeItem(TAB_KEY);
}

function readTab(): Omit<Tokens, 'refreshToken'> | null {
  const stored = sessionStorage.getItem(TAB_KEY);
  return stored && localStorage.getItem(REFRESH_KEY) ? (JSON.parse(stored) as Omit<Tokens, 'refreshToken'>) : null;
}

function setState(next: SessionState): void {
  if (next === state) return;
  state = next;
  for (const listener of [...listeners]) listener();
}
