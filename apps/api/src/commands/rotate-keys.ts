import 'reflect-metadata';
import { type RotationKind, SigningKeys } from '#libs/auth';
import { failureText, StartRefused } from '../start-refused';
import { withProduct } from './with-product';

const USAGE = `npm run keys:rotate                 a new key takes over in ten minutes; nobody notices
npm run keys:rotate -- --at-once    it takes over now; nobody is signed out
npm run keys:rotate -- --leaked     it takes over now and the others are refused: everybody signs in again`;

const KINDS: Readonly<Record<string, RotationKind>> = { '--at-once': 'at_once', '--leaked': 'leaked' };

function main([option, ...rest]: string[]): void {
  const kind = option === undefined ? 'gradual' : KINDS[option];
  if (!kind || rest.length > 0) throw new StartRefused(USAGE);
  withProduct('keys:rotate', async (product) => {
    const { kid, signsFrom, othersRetireAt } = await product.get(SigningKeys, { strict: false }).rotate(kind);
    console.log(`The key ${kid} signs from ${signsFrom.toISOString()}.`);
    console.log(`What older keys signed is accepted until ${othersRetireAt.toISOString()}.`);
  });
}

try {
  main(process.argv.slice(2));
} catch (error) {
  console.error(failureText(error));
  process.exitCode = 1;
}
