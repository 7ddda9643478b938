import { useQuery } from '@tanstack/react-query';
import { ApiProblem } from '../api/problem';

/** The OpenID provider at which people of this installation can sign in. */
export interface Provider {
  issuer: string;
  clientId: string;
  audience: string;
}

/** Null: there is none, or the page is not served over https, without which browsers lack what the sign-in is secured with. */
export async function fetchProvider(): Promise<Provider | null> {
  if (!window.isSecureContext) return null;
  const response = await fetch(`${import.meta.env.BASE_URL}config.json`).catch(() => null);
  if (!response?.ok) throw new ApiProblem(response?.status ?? 0, {});
  const { oidc } = (await response.json()) as { oidc: Provider | null };
  return oidc;
}

export function useProvider(): Provider | null {
  const { data } = useQuery({ queryKey: ['provider'], queryFn: fetchProvider, staleTime: Infinity });
  return data ?? null;
}

/** What people know it by. */
export function nameOf({ issuer }: Provider): string {
  return new URL(issuer).host;
}
