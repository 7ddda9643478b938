import 'reflect-metadata';
import { JobBoard, type JobCounts, type TroubledJob } from '#libs/jobs';
import { failureText, StartRefused } from '../start-refused';
import { withProduct } from './with-product';

const USAGE = `npm run jobs               what waits, what fails, and what has failed for the last time
npm run jobs -- --retry    runs the latter again, with all their attempts`;

function main([option, ...rest]: string[]): void {
  if ((option !== undefined && option !== '--retry') || rest.length > 0) throw new StartRefused(USAGE);
  withProduct('jobs', async (product) => {
    const board = product.get(JobBoard, { strict: false });
    if (option === '--retry') console.log(`Dead jobs that will be run again: ${await board.retryDead()}.`);
    for (const line of [...countLines(await board.count()), ...(await board.listTroubled()).map(troubleLine)]) {
      console.log(line);
    }
  });
}

function countLines(counts: JobCounts[]): string[] {
  if (counts.length === 0) return ['There are no jobs.'];
  const width = Math.max(...counts.map(({ name }) => name.length));
  const row = (name: string, ...cells: unknown[]) =>
    [name.padEnd(width), ...cells.map((cell) => String(cell).padStart(8))].join('  ');
  return [
    row('', 'waiting', 'running', 'failing', 'dead'),
    ...counts.map(({ name, waiting, running, failing, dead }) => row(name, waiting, running, failing, dead)),
  ];
}

function troubleLine({ id, name, isDead, attempts, maxAttempts, createdAt, runAt, lastError }: TroubledJob): string {
  const next = isDead ? 'will not be tried again by itself' : `next at ${runAt.toISOString()}`;
  const error = lastError ?? 'its process ended';
  return `${isDead ? 'dead   ' : 'failing'}  ${name} ${id} of ${createdAt.toISOString()}, ${attempts} of ${maxAttempts} attempts, ${next}: ${error}`;
}

try {
  main(process.argv.slice(2));
} catch (error) {
  console.error(failureText(error));
  process.exitCode = 1;
}
