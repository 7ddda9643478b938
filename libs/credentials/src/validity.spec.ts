import { statusOn } from './validity';

describe('the status of a certificate on 2026-03-15 with a window of 90 days', () => {
  it.each([
    ['expired yesterday', '2026-03-14', 'expired'],
    ['expires today: still in date', '2026-03-15', 'expiring_soon'],
    ['expires in 90 days', '2026-06-13', 'expiring_soon'],
    ['expires in 91 days', '2026-06-14', 'valid'],
    ['never expires', null, 'valid'],
  ])('%s', (_name, expiryDate, status) => {
    expect(statusOn('2026-03-15', expiryDate, 90)).toBe(status);
  });

  it('counts the window over a leap day', () => {
    expect(statusOn('2028-02-28', '2028-03-01', 2)).toBe('expiring_soon');
    expect(statusOn('2028-02-28', '2028-03-01', 1)).toBe('valid');
  });
});
