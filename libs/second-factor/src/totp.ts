import { randomBytes } from 'node:crypto';
import { Secret, TOTP } from 'otpauth';

/** RFC 4226, section 4, R6: at least 128 bits, better 160. */
const SECRET_BYTES = 20;
const PERIOD_SECONDS = 30;
/** A code is taken one step early or late: clocks differ, and people take their time (RFC 6238, 5.2). */
const WINDOW = 1;
const ISSUER = 'Credence';

export function newTotpSecret(): Buffer {
  return randomBytes(SECRET_BYTES);
}

/** What an app is told: the secret to type in, and the address that its QR code carries. */
export function enrolmentOf(secret: Buffer, email: string): { secret: string; uri: string } {
  const totp = totpOf(secret, email);
  return { secret: totp.secret.base32, uri: totp.toString() };
}

/** The time step (RFC 6238, 4.2) whose code this is; null for a wrong one. */
export function stepOf(secret: Buffer, code: string, at: Date): number | null {
  const timestamp = at.getTime();
  const delta = totpOf(secret).validate({ token: code, timestamp, window: WINDOW });
  return delta === null ? null : Math.floor(timestamp / 1000 / PERIOD_SECONDS) + delta;
}

function totpOf(bytes: Buffer, label = ''): TOTP {
  const secret = new Secret({ buffer: new Uint8Array(bytes).buffer });
  // What every app understands; some take no notice of other values.
  return new TOTP({ issuer: ISSUER, label, secret, algorithm: 'SHA1', digits: 6, period: PERIOD_SECONDS });
}
