import { hash } from 'node:crypto';
import {
  type JwtFromRequestFunction,
  type SecretOrKeyProvider,
  Strategy,
  type StrategyOptionsWithRequest,
  type VerifiedCallback,
  type VerifyCallbackWithRequest,
} from 'passport-jwt';

/** Of each kind of token; about four megabytes. A token that is forgotten is checked again. */
const MOST_REMEMBERED = 10_000;

type AnyRequest = Parameters<Strategy['authenticate']>[0];

/** What passport gives a strategy for one request: what to do with each outcome. */
export interface PassportAttempt {
  success: (found: unknown) => void;
  fail: (why: unknown) => void;
  error: (error: Error) => void;
  authenticate(request: unknown): void;
}

type Options = StrategyOptionsWithRequest & { secretOrKeyProvider: SecretOrKeyProvider };

interface Claims {
  /** Seconds since 1970 (RFC 7519, section 4.1.4). */
  exp: number;
}

/**
 * passport-jwt for tokens that come with request after request: checking the signature took a sixth of what reading one record costs
 * (docs/performance.md), and its outcome is the same for the same bytes. So it is remembered, by a hash: the tokens themselves are not
 * kept. Whether the key is still accepted, the token's end and everything in `validate` is looked at each time (ADR 0098).
 */
export class RememberingStrategy extends Strategy {
  private readonly remembered = new Map<string, Readonly<Claims>>();
  private readonly tokenOf: JwtFromRequestFunction;
  private readonly findKey: SecretOrKeyProvider;
  private readonly found: VerifyCallbackWithRequest;

  constructor(options: Options, found: VerifyCallbackWithRequest) {
    super(options, (request: AnyRequest, claims: Claims, done: VerifiedCallback) => {
      this.remember(request, claims);
      found(request, claims, done);
    });
    this.tokenOf = options.jwtFromRequest;
    this.findKey = options.secretOrKeyProvider;
    this.found = found;
  }

  override authenticate(request: AnyRequest): void {
    const token = this.tokenOf(request);
    const claims = token === null ? undefined : this.remembered.get(digest(token));
    if (!claims || hasEnded(claims)) return super.authenticate(request);
    const outcome = this as unknown as PassportAttempt;
    this.findKey(request, token, (refusal: unknown) => {
      if (refusal) return outcome.fail(refusal);
      this.found(request, claims, (error: Error | null, actor: unknown) => {
        if (error) outcome.error(error);
        else outcome.success(actor);
      });
    });
  }

  private remember(request: AnyRequest, claims: Claims): void {
    this.remembered.set(digest(this.tokenOf(request) ?? ''), Object.freeze(claims));
    if (this.remembered.size <= MOST_REMEMBERED) return;
    const [oldest = ''] = this.remembered.keys();
    this.remembered.delete(oldest);
  }
}

function hasEnded({ exp }: Claims): boolean {
  // eslint-disable-next-line no-restricted-properties -- jsonwebtoken goes by the machine's clock as well
  return exp * 1000 <= Date.now();
}

function digest(token: string): string {
  return hash('sha256', token, 'base64');
}
