import 'reflect-metadata';
import { parseArgs } from 'node:util';
import { DataSource } from 'typeorm';
import { maintenanceState } from '#libs/maintenance';
import { failureText, StartRefused } from '../start-refused';
import { goOn, standStill } from './stand-still';
import { withProduct } from './with-product';

const USAGE = `npm run maintenance                            whether the registry stands still
npm run maintenance -- --on [--reason="..."]   it can be read and not changed, in every process; jobs wait
npm run maintenance -- --off                   it can be changed again; a move that was begun is given up`;

interface Options {
  on?: boolean;
  off?: boolean;
  reason?: string;
}

function main(): void {
  const { on, off, reason = '' } = read(process.argv.slice(2));
  withProduct('maintenance', async (product) => {
    if (on) await standStill(product, reason);
    if (off && !(await goOn(product))) console.log('There was no maintenance.');
    const state = await maintenanceState(product.get(DataSource).manager);
    console.log(
      state
        ? `Under maintenance since ${state.since.toISOString()}${state.reason ? ` (${state.reason})` : ''}: it can be read and not changed.`
        : 'Not under maintenance: everything can be read and changed.',
    );
  });
}

function read(args: string[]): Options {
  const flag = { type: 'boolean' } as const;
  try {
    const options = parseArgs({ args, options: { on: flag, off: flag, reason: { type: 'string' } } }).values;
    if (!(options.on && options.off) && (options.reason ?? '').length <= 200) return options;
  } catch (error) {
    throw new StartRefused(`${(error as Error).message}\n${USAGE}`);
  }
  throw new StartRefused(USAGE);
}

try {
  main();
} catch (error) {
  console.error(failureText(error));
  process.exitCode = 1;
}
