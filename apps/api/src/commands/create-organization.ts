import 'reflect-metadata';
import { randomBytes } from 'node:crypto';
import { Problem } from '#libs/common';
import { Accounts } from '#libs/accounts';
import { failureText, StartRefused } from '../start-refused';
import { type NewOrganizationInput, readNewOrganization } from './new-organization';
import { withProduct } from './with-product';

const GENERATED_PASSWORD_BYTES = 18;

/** `npm run create-organization`: an organisation and its first admin. */
function main(): void {
  const given = process.env['ADMIN_PASSWORD'];
  const input = readNewOrganization(
    process.argv.slice(2),
    given || randomBytes(GENERATED_PASSWORD_BYTES).toString('base64url'),
  );
  withProduct('create-organization', async (product) => {
    const id = await create(product.get(Accounts, { strict: false }), input);
    console.log(`Created the organisation "${input.name}" (id ${id}) with its admin ${input.email}.`);
    if (!given) console.log(`Password, shown only this once: ${input.password}`);
  });
}

async function create(accounts: Accounts, input: NewOrganizationInput): Promise<number> {
  const { name, timeZone, language, ...admin } = input;
  try {
    return (await accounts.createOrganizationWithAdmin({ name, timeZone, language }, admin)).organization.id;
  } catch (error) {
    throw error instanceof Problem ? new StartRefused(error.message) : error;
  }
}

try {
  main();
} catch (error) {
  console.error(failureText(error));
  process.exitCode = 1;
}
