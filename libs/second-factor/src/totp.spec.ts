import { HOTP, Secret, TOTP } from 'otpauth';
import { enrolmentOf, newTotpSecret, stepOf } from './totp';

const SECRET = Buffer.from('12345678901234567890');
const at = (seconds: number) => new Date(seconds * 1000);

describe('a code of an authenticator app', () => {
  // RFC 6238, appendix B, SHA-1; the last six of eight digits.
  it.each([
    [59, '287082'],
    [1111111109, '081804'],
    [1111111111, '050471'],
    [1234567890, '005924'],
    [2000000000, '279037'],
    [20000000000, '353130'],
  ])('is at %d s the one of RFC 6238', (seconds, code) => {
    expect(stepOf(SECRET, code, at(seconds))).toBe(Math.floor(seconds / 30));
  });

  it('is taken one step early or late, and names its own step; two steps away it is wrong', () => {
    const step = Math.floor(1111111109 / 30);
    const offsets = [-61, -30, 0, 30, 61].map((offset) => stepOf(SECRET, '081804', at(1111111109 + offset)));
    expect(offsets).toEqual([null, step, step, step, null]);
  });

  it('has six digits and nothing else', () => {
    for (const code of ['', '28708', '2870820', '28708a']) {
      expect(stepOf(SECRET, code, at(59))).toBeNull();
    }
  });

  it('comes from a secret of 160 random bits, which an app is told by an address that it reads', () => {
    const secret = newTotpSecret();
    expect(secret).toHaveLength(20);
    expect(newTotpSecret().equals(secret)).toBe(false);
    const told = enrolmentOf(secret, 'kari@example.org');
    expect(told.uri).toBe(
      `otpauth://totp/Credence:kari%40example.org?issuer=Credence&secret=${told.secret}&algorithm=SHA1&digits=6&period=30`,
    );
    const code = new TOTP({ secret: Secret.fromBase32(told.secret) }).generate({ timestamp: 59_000 });
    expect(stepOf(secret, code, at(59))).toBe(1);
    expect(code).toBe(new HOTP({ secret: Secret.fromBase32(told.secret) }).generate({ counter: 1 }));
  });
});
