import type { INestApplicationContext } from '@nestjs/common';
import { ObjectStorage } from '#libs/storage';

/** Says after the start, which does not wait for it, when the storage cannot be used and why. Never throws. */
export async function tellStorage(product: INestApplicationContext): Promise<void> {
  try {
    await product.get(ObjectStorage, { strict: false }).requireReady();
  } catch (error) {
    const { cause, message } = error as Error;
    const reason = cause instanceof Error ? cause.message : message;
    process.stderr.write(
      `The storage cannot be used: ${reason}. Credence runs without it for the time being; \`npm run storage:check\` tells more.\n`,
    );
  }
}
