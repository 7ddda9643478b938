import * as oauth from 'oauth4webapi';
import { ApiProblem } from '../api/problem';
import { fetchProvider, type Provider } from './provider';
import { signInWithProviderToken } from './session';

/** Signing in at the identity provider: authorization code with PKCE (RFC 7636), exchanged here, as a public client. */

const PENDING_KEY = 'credence.provider';
const SCOPE = 'openid email profile';
const TIMEOUT_MS = 10_000;

/** What this tab has asked the provider, until it answers. */
interface Pending {
  state: string;
  nonce: string;
  verifier: string;
  /** Null: back to the tab that this one was opened from. */
  next: string | null;
}

/** Sends the person to the provider. Resolves never: the page is left. @throws ApiProblem */
export async function goToProvider(next: string | null): Promise<void> {
  const { provider, server } = await discover().catch(fail);
  const pending: Pending = {
    state: oauth.generateRandomState(),
    nonce: oauth.generateRandomNonce(),
    verifier: oauth.generateRandomCodeVerifier(),
    next,
  };
  sessionStorage.setItem(PENDING_KEY, JSON.stringify(pending));
  const url = new URL(server.authorization_endpoint ?? '');
  const query = {
    response_type: 'code',
    client_id: provider.clientId,
    redirect_uri: redirectUri(),
    scope: SCOPE,
    audience: provider.audience,
    state: pending.state,
    nonce: pending.nonce,
    code_challenge: await oauth.calculatePKCECodeChallenge(pending.verifier),
    code_challenge_method: 'S256',
  };
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  // In place of this page: otherwise the way back from the provider would lead to it again.
  window.location.replace(url);
  await new Promise(() => undefined);
}

export function isAnswer(params: URLSearchParams): boolean {
  return params.has('code') || params.has('error') || params.has('state');
}

/** Takes what was asked; an answer counts once. */
export function takePending(): Pending | null {
  const stored = sessionStorage.getItem(PENDING_KEY);
  sessionStorage.removeItem(PENDING_KEY);
  return stored ? (JSON.parse(stored) as Pending) : null;
}

/** With the provider's answer in the address, to a session of ours. @throws ApiProblem */
export async function finishSignIn(answer: URLSearchParams, pending: Pending | null): Promise<void> {
  // The code stays neither in the history nor for a reload.
  window.history.replaceState(window.history.state, '', window.location.pathname);
  if (!pending || answer.get('state') !== pending.state) throw new ApiProblem(0, { code: 'provider_unasked' });
  await signInWithProviderToken(await tokenFor(answer, pending).catch(fail));
}

async function tokenFor(answer: URLSearchParams, { state, nonce, verifier }: Pending): Promise<string> {
  const { provider, server } = await discover();
  const client = { client_id: provider.clientId };
  const checked = oauth.validateAuthResponse(server, client, answer, state);
  const response = await oauth.authorizationCodeGrantRequest(
    server,
    client,
    oauth.None(),
    checked,
    redirectUri(),
    verifier,
    optionsFor(provider),
  );
  const expected = { expectedNonce: nonce, requireIdToken: true };
  const tokens = await oauth.processAuthorizationCodeResponse(server, client, response, expected);
  return tokens.access_token;
}

async function discover(): Promise<{ provider: Provider; server: oauth.AuthorizationServer }> {
  const provider = await fetchProvider();
  if (!provider) throw new ApiProblem(0, { code: 'provider_unasked' });
  const issuer = new URL(provider.issuer);
  const response = await oauth.discoveryRequest(issuer, optionsFor(provider));
  return { provider, server: await oauth.processDiscoveryResponse(issuer, response) };
}

/** Without TLS only where the operator has said so: a provider on the same machine. */
function optionsFor({ issuer }: Provider) {
  return {
    signal: () => AbortSignal.timeout(TIMEOUT_MS),
    [oauth.allowInsecureRequests]: issuer.startsWith('http:'),
  };
}

/** Registered with the provider, letter by letter. */
function redirectUri(): string {
  return `${window.location.origin}${import.meta.env.BASE_URL}sign-in/provider`;
}

function fail(error: unknown): never {
  throw error instanceof ApiProblem ? error : new ApiProblem(0, { code: codeOf(error) });
}

function codeOf(error: unknown): string {
  if (error instanceof oauth.AuthorizationResponseError && error.error === 'access_denied') return 'provider_refused';
  // What fetch throws: nobody there, not in time, or not for this origin.
  const isSilent = error instanceof TypeError || error instanceof DOMException;
  return isSilent ? 'provider_silent' : 'provider_failed';
}
