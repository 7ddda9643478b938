import 'reflect-metadata';
import { Logger } from '@nestjs/common';
import { Clock } from '#libs/common';
import { loadEnvironment, s3Settings } from '#libs/config';
import { DiskCheck, type Finding, loadS3Check, type StorageCheck } from '#libs/storage';
import { failureText, StartRefused } from '../start-refused';

const USAGE = `npm run storage:check             looks whether the storage has what Credence needs, and says how to set what is missing
npm run storage:check -- --fix    sets what can be set: rules for browsers and for unfinished uploads, the block of public access`;

/** Needs neither the database nor a running product. */
async function main([option, ...rest]: string[]): Promise<void> {
  if ((option !== undefined && option !== '--fix') || rest.length > 0) throw new StartRefused(USAGE);
  // What goes wrong is what this command is about; it says so itself.
  Logger.overrideLogger(false);
  const check = await checkOfThisStorage();
  try {
    console.log(`Storage: ${check.place}`);
    let findings = await check.run();
    if (option === '--fix' && (await fix(check, findings))) findings = await check.run();
    for (const finding of findings) console.log(described(finding));
    const isIncomplete = findings.some(({ verdict, isOptional }) => verdict === 'missing' && !isOptional);
    console.log(
      isIncomplete ? '\nSomething that Credence needs is missing.' : '\nThe storage has all that Credence needs.',
    );
    if (isIncomplete) process.exitCode = 1;
  } finally {
    check.close();
  }
}

async function checkOfThisStorage(): Promise<StorageCheck> {
  const environment = loadEnvironment();
  const settings = s3Settings(environment);
  if (!settings) return new DiskCheck(environment);
  const { PUBLIC_URL, CORS_ORIGINS } = environment;
  const origins = [...(PUBLIC_URL ? [new URL(PUBLIC_URL).origin] : []), ...CORS_ORIGINS];
  const S3Check = await loadS3Check();
  return new S3Check(settings, [...new Set(origins)], new Clock());
}

/** True when something was set. */
async function fix(check: StorageCheck, findings: Finding[]): Promise<boolean> {
  let isChanged = false;
  for (const { about, verdict, fix: set } of findings) {
    if (verdict !== 'missing' || !set) continue;
    try {
      await set();
      isChanged = true;
      console.log(`Set: ${about}.`);
    } catch (error) {
      console.log(`Not set: ${about}; ${check.reasonOf(error)}.`);
    }
  }
  return isChanged;
}

function described({ about, verdict, meaning, remedy, isOptional }: Finding): string {
  const word = verdict === 'missing' && isOptional ? 'missing, not needed' : verdict;
  const lines = [`\n${about}: ${word}`, `  ${meaning}`, ...(remedy ? [`  What to do: ${remedy}`] : [])];
  return lines.join('\n');
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(failureText(error));
  process.exitCode = 1;
});
