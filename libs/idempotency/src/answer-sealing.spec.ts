import { createSecretKey, randomBytes } from 'node:crypto';
import { seal, unseal } from './answer-sealing';

describe('a sealed answer', () => {
  const key = createSecretKey(randomBytes(32));
  const request = Buffer.from('request');

  it('opens for its own request, and shows nothing of itself', () => {
    const sealed = seal('{"url":"https://example.org/?signature=1"}', request, key);
    expect(sealed.includes('signature')).toBe(false);
    expect(unseal(sealed, request, key)).toBe('{"url":"https://example.org/?signature=1"}');
  });

  it('does not open for another request, with another key, or changed', () => {
    const sealed = seal('answer', request, key);
    const changed = Buffer.from(sealed);
    changed[changed.length - 1] = (changed.at(-1) ?? 0) ^ 1;
    expect(() => unseal(sealed, Buffer.from('other'), key)).toThrow();
    expect(() => unseal(sealed, request, createSecretKey(randomBytes(32)))).toThrow();
    expect(() => unseal(changed, request, key)).toThrow();
  });
});
