import { createSecretKey, randomBytes } from 'node:crypto';
import type { ApiKeyIdentity, Role } from '#libs/auth';
import { askedBy } from './asked';

const key = createSecretKey(randomBytes(32));
const caller = {
  organizationId: 1,
  userUuid: '0193a5c2-7f4e-7b1a-9c3d-2e8f6a4b1c0d',
  role: 'office-employee' as Role,
  apiKey: null as ApiKeyIdentity | null,
};
const request = { method: 'POST', url: '/titles', body: { name: 'a', more: { b: 1, c: [1, 2] } } };
const same = (a: Buffer, b: Buffer) => a.equals(b);

describe('a request with an Idempotency-Key', () => {
  const asked = askedBy(caller, 'k', request, key);

  it('is the same whatever the order of the members and the quotes around the key', () => {
    const body = { more: { c: [1, 2], b: 1 }, name: 'a' };
    const again = askedBy(caller, '"k"', { ...request, body }, key);
    expect(same(again.id, asked.id) && same(again.fingerprint, asked.fingerprint)).toBe(true);
  });

  it.each([
    ['another value', { ...request, body: { ...request.body, name: 'b' } }],
    ['another order in an array', { ...request, body: { ...request.body, more: { b: 1, c: [2, 1] } } }],
    ['no body', { ...request, body: undefined }],
    ['another address', { ...request, url: '/titles?x=1' }],
  ])('is another with %s', (_, other) => {
    expect(same(askedBy(caller, 'k', other, key).fingerprint, asked.fingerprint)).toBe(false);
  });

  it('is another once the caller has other rights', () => {
    const keyWith = (...scopes: string[]) => ({ ...caller, apiKey: { id: 'k', scopes } });
    const fingerprints = [
      asked,
      askedBy({ ...caller, role: 'crew-member' }, 'k', request, key),
      askedBy(keyWith('titles:write'), 'k', request, key),
      askedBy(keyWith('titles:write', 'diplomas:read'), 'k', request, key),
      askedBy({ ...caller, apiKey: { id: 'l', scopes: ['titles:write'] } }, 'k', request, key),
    ].map(({ fingerprint }) => fingerprint.toString('hex'));
    expect(new Set(fingerprints).size).toBe(fingerprints.length);
    const inOrder = askedBy(keyWith('diplomas:read', 'titles:write'), 'k', request, key);
    expect(inOrder.fingerprint.toString('hex')).toBe(fingerprints[3]);
  });

  it('belongs to its caller and key', () => {
    expect(same(askedBy(caller, 'l', request, key).id, asked.id)).toBe(false);
    expect(same(askedBy({ ...caller, organizationId: 2 }, 'k', request, key).id, asked.id)).toBe(false);
    expect(same(askedBy({ ...caller, userUuid: 'x' }, 'k', request, key).id, asked.id)).toBe(false);
  });

  it.each(['k', ' ', '~', 'x'.repeat(255), `"${'x'.repeat(255)}"`])('is taken with the key %j', (header) => {
    expect(askedBy(caller, header, request, key).id).toHaveLength(32);
  });

  it.each(['', '""', 'a\tb', 'ä', 'x'.repeat(256)])('is refused with the key %j', (header) => {
    expect(() => askedBy(caller, header, request, key)).toThrow('1 to 255');
  });
});
