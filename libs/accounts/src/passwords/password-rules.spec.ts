import { isTooCommon } from './password-rules';

const owner = { email: 'kari.nordmann@example.org', firstName: 'Kari', lastName: 'Ås-Nordmann' };

describe('a password', () => {
  it.each([
    'password1',
    'PASSWORD1',
    '1234567890',
    'iloveyou2',
    'qwertyuiop',
    'zzzzzzzzzzzz',
    'kari.nordmann',
    'Kari.Nordmann@',
    'nordmann',
    'Nordmann2026!',
    'KariNordmann1990',
    'credence',
    'Credence-2026',
    'nordmann!kari!credence',
    'kari12345678',
  ])('like %s is refused', (password) => expect(isTooCommon(password, owner)).toBe(true));

  it.each([
    'a long sentence is easy to keep',
    'correct horse battery',
    'aaaaaaab',
    'kjf83!ks',
    'my credence in boats is limited',
    'caribou run past nordmann farm',
    '長い文章は覚えやすいです',
    'no digits no capitals no signs',
  ])('like %s is accepted', (password) => expect(isTooCommon(password, owner)).toBe(false));

  it('may hold a name of two letters', () => {
    expect(isTooCommon('boat and lighthouse', { email: 'bo@example.org', firstName: 'Bo', lastName: 'Li' })).toBe(
      false,
    );
  });
});
