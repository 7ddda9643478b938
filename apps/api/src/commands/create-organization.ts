import 'reflect-metadata';
import { Foundings } from '#libs/invitations';
import { failureText } from '../start-refused';
import { readNewOrganization } from './new-organization';
import { withProduct } from './with-product';

/** `npm run create-organization`: an organisation, and the invitation of its first admin. */
function main(): void {
  const { name, timeZone, language, ...admin } = readNewOrganization(process.argv.slice(2));
  withProduct('create-organization', async (product) => {
    const foundings = product.get(Foundings, { strict: false });
    const { organization, link } = await foundings.found({ name, timeZone, language }, admin);
    console.log(`Created the organisation "${name}" (id ${organization.id}) with its admin ${admin.email}.`);
    console.log(`They come in by this link, shown only this once; it works once, within seven days:\n${link}`);
  });
}

try {
  main();
} catch (error) {
  console.error(failureText(error));
  process.exitCode = 1;
}
