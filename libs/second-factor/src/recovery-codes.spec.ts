import { hashRecoveryCode, newRecoveryCodes } from './recovery-codes';

describe('recovery codes', () => {
  it('are ten different ones of 120 bits', () => {
    const codes = [...newRecoveryCodes(), ...newRecoveryCodes()];
    expect(new Set(codes).size).toBe(20);
    for (const code of codes) expect(code).toMatch(/^([a-km-np-z2-9]{4}-){5}[a-km-np-z2-9]{4}$/);
    const signs = new Set(Array.from({ length: 50 }, newRecoveryCodes).flat().join('').replaceAll('-', ''));
    expect(2 ** 5).toBe(signs.size);
  });

  it('are the same with other hyphens, blanks and capitals, and no other way', () => {
    const [code = '', other = ''] = newRecoveryCodes();
    const spelled = [code.replaceAll('-', ''), code.toUpperCase(), ` ${code.replaceAll('-', ' ')} `];
    expect(new Set(spelled.map(hashRecoveryCode))).toEqual(new Set([hashRecoveryCode(code)]));
    expect(hashRecoveryCode(other)).not.toBe(hashRecoveryCode(code));
  });
});
