import { lstatSync, readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { ConfigurationError, type Environment, readEnvironment } from './environment';

const FILE = '.env';

const REASONS: Record<string, string> = {
  EACCES: 'this user may not',
  EPERM: 'this user may not',
  EISDIR: 'it is a folder',
  ENOENT: 'it leads to a file that is not there',
  ELOOP: 'it leads to itself',
};

/** The environment of this process; what it leaves open comes from `.env` in the working directory. @throws ConfigurationError */
export function loadEnvironment(): Environment {
  // For all of the process: the AWS SDK, too, reads settings of its own.
  for (const [name, value] of Object.entries(fromFile())) process.env[name] ??= value;
  return readEnvironment(process.env);
}

function fromFile(): Record<string, string | undefined> {
  // A link that leads nowhere is there, too.
  if (!lstatSync(FILE, { throwIfNoEntry: false })) return {};
  try {
    return parseEnv(readFileSync(FILE, 'utf8').replace(/^\uFEFF/, ''));
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException;
    throw new ConfigurationError([`${FILE} in the working directory cannot be read: ${REASONS[code] ?? message}`]);
  }
}
