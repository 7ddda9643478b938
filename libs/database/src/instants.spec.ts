import { types } from 'pg';

/** Of pg, before the product sets its own. */
const own = types.getTypeParser(1184) as (text: string) => Date | number;

describe('instants from the database', () => {
  it.each([
    '2024-05-02 10:00:00+00',
    '2024-05-02 10:00:00.1+00',
    '2024-05-02 10:00:00.123+00',
    '2024-05-02 10:00:00.123456+00',
    '1969-12-31 23:59:59.9+00',
    '2024-02-29 23:59:59.999999+00',
    '0099-01-01 00:00:00+00',
    '10000-01-01 00:00:00+00',
    '0044-03-15 00:00:00+00 BC',
    '2024-05-02 10:00:00+02',
    '1972-01-06 23:15:30-00:44:30',
    'infinity',
  ])('%s is what pg reads in it', async (text) => {
    await import('./database-options');
    const ours = types.getTypeParser(1184) as typeof own;
    expect(ours).not.toBe(own);
    expect(Number(ours(text))).toBe(Number(own(text)));
  });
});
