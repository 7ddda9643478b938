import 'reflect-metadata';
import { SingleBar } from 'cli-progress';
import {
  StorageVerifier,
  VerificationInProgress,
  type VerificationProgress,
  type VerificationReport,
} from '#libs/uploads';
import { Problem } from '#libs/common';
import { failureText, StartRefused } from '../start-refused';
import { withProduct } from './with-product';

const USAGE = `npm run storage:verify                  reads every file again; goes on with an interrupted run
npm run storage:verify -- --restart     begins anew`;

const GO_ON = 'Run it again to go on from there.';
/** Without a terminal: a line for every so many percent. */
const LINE_EVERY_PERCENT = 10;

function main([option, ...rest]: string[]): void {
  if ((option !== undefined && option !== '--restart') || rest.length > 0) throw new StartRefused(USAGE);
  withProduct('storage:verify', async (product, lifetime) => {
    const display = process.stderr.isTTY ? new Bar() : new Lines();
    const onProgress = (progress: VerificationProgress) => {
      display.show(progress);
      if (lifetime.isEnding) throw new StartRefused(`Stopped. ${GO_ON}`);
    };
    try {
      const verifier = product.get(StorageVerifier, { strict: false });
      return print(await verifier.verify({ restart: option === '--restart', onProgress }));
    } catch (error) {
      if (error instanceof VerificationInProgress) throw new StartRefused(error.message);
      throw error instanceof Problem ? new StartRefused(`${error.message} ${GO_ON}`) : error;
    } finally {
      display.end();
    }
  });
}

/** Prints what was found; the exit code says whether all is well. */
function print({ readCount, readBefore, listedCount, findings }: VerificationReport): number {
  for (const { kind, key, uploadId, organizationId } of findings) {
    const owner = uploadId === null ? '' : `  upload ${uploadId} of organisation ${organizationId}`;
    console.log(`${kind.padEnd(16)}${key}${owner}`);
  }
  const before = readBefore > 0 ? ` (${readBefore} of them before the interruption)` : '';
  console.log(`Files read: ${readCount}${before}. Objects listed: ${listedCount}. Problems: ${findings.length}.`);
  return findings.length > 0 ? 1 : 0;
}

class Bar {
  private readonly bar = new SingleBar({
    format: 'Reading files {bar} {value}/{total}, {eta_formatted} left; objects listed: {listed}',
    barCompleteChar: '#',
    barIncompleteChar: '.',
    hideCursor: true,
  });
  private isStarted = false;

  show({ fileCount, readCount, listedCount: listed }: VerificationProgress): void {
    if (!this.isStarted) this.bar.start(fileCount, readCount, { listed });
    this.isStarted = true;
    this.bar.update(readCount, { listed });
  }

  end(): void {
    this.bar.stop();
  }
}

class Lines {
  private percent: number | null = null;

  show({ fileCount, readCount }: VerificationProgress): void {
    const percent = fileCount === 0 ? 100 : Math.floor((readCount / fileCount) * 100);
    if (this.percent === null && readCount > 0) console.log(`Going on after ${readCount} files.`);
    const isDue =
      this.percent === null || Math.floor(percent / LINE_EVERY_PERCENT) > Math.floor(this.percent / LINE_EVERY_PERCENT);
    if (!isDue) return;
    this.percent = percent;
    console.log(`Read ${readCount} of ${fileCount} files (${percent} %).`);
  }

  end(): void {
    // Every line has been written.
  }
}

try {
  main(process.argv.slice(2));
} catch (error) {
  console.error(failureText(error));
  process.exitCode = 1;
}
