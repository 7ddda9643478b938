import { KeyObject } from 'node:crypto';
import { Injectable, Logger } from '@nestjs/common';
import { createRemoteJWKSet, errors } from 'jose';
import { Config } from '#libs/config';
import { identityProviderUnavailable } from './auth.errors';
import { readHeader } from './jws-header';
import { TokenRefused } from './token-refused';

/** Asymmetric only: with an HMAC the provider's public key would do as the secret. */
export const PROVIDER_ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
] as const;

const TIMEOUT_MS = 5000;
/** An unknown key id makes a process ask again this often at most; so does a provider that does not answer. */
const ASK_AGAIN_MS = 5000;
const KEYS_MAX_AGE_MS = 600_000;

type KeySet = ReturnType<typeof createRemoteJWKSet>;

/** The keys of the identity provider, found through its discovery document (OpenID Connect Discovery 1.0). */
@Injectable()
export class ProviderKeys {
  private readonly logger = new Logger(ProviderKeys.name);
  private keySet: Promise<KeySet> | null = null;
  private failedAt = -Infinity;
  private readonly parsed = new WeakMap<object, KeyObject>();

  constructor(private readonly config: Config) {}

  /** The key that the token says it is signed with. @throws TokenRefused, identity_provider_unavailable */
  async keyOf(token: string): Promise<KeyObject> {
    const { alg, kid } = readHeader(token);
    if (!(PROVIDER_ALGORITHMS as readonly string[]).includes(alg)) throw new TokenRefused('wrong_algorithm');
    const keys = await this.discover();
    try {
      const key = await keys({ alg, kid });
      return this.parse(key);
    } catch (error) {
      if (error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys) {
        throw new TokenRefused('unknown_key');
      }
      throw this.unavailable(error);
    }
  }

  private parse(key: Parameters<typeof KeyObject.from>[0]): KeyObject {
    const known = this.parsed.get(key) ?? KeyObject.from(key);
    this.parsed.set(key, known);
    return known;
  }

  private discover(): Promise<KeySet> {
    if (!this.keySet && performance.now() - this.failedAt < ASK_AGAIN_MS) throw identityProviderUnavailable();
    this.keySet ??= this.readDiscovery().catch((error: unknown) => {
      this.keySet = null;
      this.failedAt = performance.now();
      throw this.unavailable(error);
    });
    return this.keySet;
  }

  private async readDiscovery(): Promise<KeySet> {
    const issuer = this.config.oidc?.issuer ?? '';
    const response = await fetch(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`, {
      signal: AbortSignal.timeout(TIMEOUT_MS),
      redirect: 'error',
    });
    if (!response.ok) throw new Error(`The discovery document answers ${response.status}`);
    const found = (await response.json()) as { issuer?: unknown; jwks_uri?: unknown };
    if (found.issuer !== issuer || typeof found.jwks_uri !== 'string') {
      throw new Error('The discovery document is not of OIDC_ISSUER or names no keys');
    }
    return createRemoteJWKSet(new URL(found.jwks_uri), {
      timeoutDuration: TIMEOUT_MS,
      cooldownDuration: ASK_AGAIN_MS,
      cacheMaxAge: KEYS_MAX_AGE_MS,
    });
  }

  private unavailable(error: unknown) {
    this.logger.warn('The identity provider cannot be asked', error);
    return identityProviderUnavailable();
  }
}
