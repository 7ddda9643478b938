import 'reflect-metadata';
import { parseArgs } from 'node:util';
import { SecondFactorResets } from '#libs/second-factor';
import { failureText, StartRefused } from '../start-refused';
import { withProduct } from './with-product';

const USAGE = 'Usage: npm run second-factor:reset -- --email=kari.nordmann@example.org';

/** `npm run second-factor:reset`: for somebody who has lost their second factors and their recovery codes. */
function main(): void {
  const email = readEmail(process.argv.slice(2));
  withProduct('second-factor:reset', async (product) => {
    const outcome = await product.get(SecondFactorResets, { strict: false }).reset(email);
    if (outcome === 'unknown_account') throw new StartRefused('There is no account with this e-mail address.');
    console.log(
      outcome === 'reset'
        ? 'The second factors of the account are removed; the password is enough again, and its owner gets a mail.'
        : 'The account has no second factor; nothing was changed.',
    );
  });
}

function readEmail(args: string[]): string {
  try {
    const { email } = parseArgs({ args, options: { email: { type: 'string' } } }).values;
    if (email) return email;
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
