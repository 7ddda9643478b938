import jwt from 'jsonwebtoken';

/** Why a token was refused; goes into the audit trail, never to the caller. */
export type RefusalReason =
  | 'malformed'
  | 'wrong_algorithm'
  | 'wrong_type'
  | 'unknown_key'
  | 'bad_signature'
  | 'wrong_issuer'
  | 'wrong_audience'
  | 'expired'
  | 'not_yet_valid'
  | 'unusable_claims'
  | 'session_over'
  | 'other_session'
  | 'other_organization'
  | 'no_account'
  | 'unknown_api_key';

/** A token that was sent and is not accepted. The caller only learns that it is not. */
export class TokenRefused extends Error {
  constructor(readonly reason: RefusalReason) {
    super(reason);
    this.name = 'TokenRefused';
  }
}

/** Puts a name to what jsonwebtoken found. Its errors of one class differ in their message only. */
export function refusalOf(error: unknown): TokenRefused {
  if (error instanceof TokenRefused) return error;
  if (error instanceof jwt.TokenExpiredError) return new TokenRefused('expired');
  if (error instanceof jwt.NotBeforeError) return new TokenRefused('not_yet_valid');
  const message = error instanceof Error ? error.message : '';
  if (/audience/.test(message)) return new TokenRefused('wrong_audience');
  if (/issuer/.test(message)) return new TokenRefused('wrong_issuer');
  if (/algorithm/.test(message)) return new TokenRefused('wrong_algorithm');
  if (/signature/.test(message)) return new TokenRefused('bad_signature');
  return new TokenRefused('malformed');
}
