import { TokenRefused } from './token-refused';

/** What a signed token says of its own signature (RFC 7515, section 4). Nothing here is proven yet. */
export interface JwsHeader {
  alg: string;
  kid?: string;
  typ?: string;
}

/** The header of a compact token. @throws TokenRefused */
export function readHeader(token: string): JwsHeader {
  const header = readPart(token, 0);
  if (typeof header?.['alg'] !== 'string') throw new TokenRefused('malformed');
  const [kid, typ] = [header['kid'], header['typ']].map((value) => (typeof value === 'string' ? value : undefined));
  return { alg: header['alg'], kid, typ };
}

/** The issuer that a token claims; undefined for one without, as ours are, and for what is no token at all. */
export function claimedIssuer(token: string): unknown {
  return readPart(token, 1)?.['iss'];
}

function readPart(token: string, index: 0 | 1): Record<string, unknown> | undefined {
  try {
    const part: unknown = JSON.parse(Buffer.from(token.split('.')[index] ?? '', 'base64url').toString());
    return typeof part === 'object' && part !== null ? (part as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
