import { OBTAINED_AT } from './obtained-at';

describe('the form of obtainedAt', () => {
  it.each(['2024-02-29T10:00Z', '2024-12-05T14:56:23.000Z', '2000-02-29T00:00:00Z', '1999-12-31T23:59:59.123456Z'])(
    'accepts %s',
    (text) => {
      expect(OBTAINED_AT.test(text)).toBe(true);
      expect(new Date(text).getTime()).not.toBeNaN();
    },
  );

  it.each([
    '2023-02-29T10:00:00Z',
    '1900-02-29T10:00:00Z',
    '2024-12-05',
    '2024-12-05T14:56:23+01:00',
    '2024-12-05T24:00:00Z',
    '2024-04-31T10:00Z',
    '2024-12-05T14:56:23',
    '2024-12-05T14:56:23.Z',
    ' 2024-12-05T14:56:23Z',
    '2024-12-05T14:56:23Z\n',
  ])('refuses %s', (text) => {
    expect(OBTAINED_AT.test(text)).toBe(false);
  });
});
