import { type Backlog, chooseNext } from './fair-choice';
import { UsedLatelyTimes } from './used-lately';

const MINUTE_MS = 60_000;
const nothingUsed = () => 0;
const nobody = () => false;

function waiting(mark: string, minute: number, running = 0): Backlog {
  return { mark, priority: 0, oldest: new Date(minute * MINUTE_MS), running };
}

function inHand(mark: string, running: number): Backlog {
  return { mark, priority: null, oldest: null, running };
}

describe('the next job', () => {
  it('is of the organisation that has the fewest in hand, whoever of the other one came first', () => {
    const backlogs = [inHand('1/a', 2), waiting('1/b', 1), waiting('2/a', 5)];
    expect(chooseNext(backlogs, nobody, nothingUsed)).toBe('2/a');
  });

  it('is inside an organisation of the person who has the fewest in hand', () => {
    const backlogs = [waiting('1/a', 1, 2), waiting('1/b', 5)];
    expect(chooseNext(backlogs, nobody, nothingUsed)).toBe('1/b');
  });

  it('is so too while what the organisation has taken lately is forgotten bit by bit', () => {
    let now = 90;
    const fading = (of: string) => (of === '1' ? (now -= 1) : 0);
    expect(chooseNext([waiting('1/b', 5), waiting('1/a', 1, 2)], nobody, fading)).toBe('1/b');
  });

  it('is of whoever has taken less time lately, organisation before person', () => {
    const used = (of: string) => ({ '1': 90, '1/a': 10, '2': 20, '2/a': 20, '2/b': 0 })[of] ?? 0;
    const backlogs = [waiting('1/a', 1), waiting('2/a', 2), waiting('2/b', 3)];
    expect(chooseNext(backlogs, nobody, used)).toBe('2/b');
  });

  it('is otherwise of whoever has waited longest', () => {
    expect(chooseNext([waiting('1/a', 2), waiting('2/a', 1)], nobody, nothingUsed)).toBe('2/a');
  });

  it('is an urgent one first, whoever it is for', () => {
    const patient = { ...waiting('2/a', 1), priority: 10 };
    expect(chooseNext([patient, waiting('1/a', 2, 1)], nobody, nothingUsed)).toBe('1/a');
  });

  it('is of nobody whose organisation has all the workers that it gets', () => {
    expect(chooseNext([waiting('1/a', 1)], (organization) => organization === '1', nothingUsed)).toBeNull();
    expect(chooseNext([inHand('1/a', 1)], nobody, nothingUsed)).toBeNull();
  });
});

describe('the time that jobs have taken', () => {
  it('adds up, and counts half after five minutes', () => {
    const now = jest.spyOn(performance, 'now').mockReturnValue(0);
    const used = new UsedLatelyTimes();
    used.add('1', 1000);
    used.add('1', 500);
    expect(used.of('1')).toBe(1500);
    expect(used.of('2')).toBe(0);
    now.mockReturnValue(5 * MINUTE_MS);
    expect(used.of('1')).toBe(750);
    now.mockRestore();
  });
});
