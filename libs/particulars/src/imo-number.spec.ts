import { isImoNumber } from './imo-number';

describe('an IMO number', () => {
  it.each(['9074729', '9395044', '9811000'])('%s has the check digit that follows from the others', (number) => {
    expect(isImoNumber(number)).toBe(true);
  });

  it.each(['9074728', '9047729', '0000001'])('%s, with a slip of the finger, is none', (number) => {
    expect(isImoNumber(number)).toBe(false);
  });
});
