import 'reflect-metadata';
import { DataSource } from 'typeorm';
import { AccessTrail } from '#libs/auth';
import { Config } from '#libs/config';
import { replaceSecret } from '#libs/database';
import { withProduct } from './with-product';

/** `npm run secret:accept`: this SECRET_KEY is the one of this database from now on. */
withProduct(
  'secret:accept',
  async (product) => {
    const { secretFingerprint } = product.get(Config, { strict: false });
    const trail = product.get(AccessTrail, { strict: false });
    await product.get(DataSource).transaction(async (tx) => {
      await replaceSecret(tx, secretFingerprint);
      const event = { action: 'secret-key.accept', targetType: 'secret-key', targetId: '1' };
      await trail.record(tx, { organizationId: null, name: 'secret:accept' }, event);
    });
    console.log('This SECRET_KEY is the one of this database from now on. Everybody has to sign in again.');
  },
  { isSecretNew: true },
);
