import { existsSync, lstatSync, readFileSync } from 'node:fs';
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
  // A link that leads nowhere is there, too.
  const file = lstatSync(FILE, { throwIfNoEntry: false }) ? fromFile(FILE, `${FILE} in the working directory`) : {};
  for (const [name, value] of Object.entries(file)) process.env[name] ??= value;
  return readEnvironment(process.env);
}

/** The settings of another installation, as a file has them and nothing else. @throws ConfigurationError */
export function readEnvironmentFile(path: string): Environment {
  if (!existsSync(path)) throw new ConfigurationError([`${path} cannot be read: there is no such file`]);
  return readEnvironment(fromFile(path, path));
}

function fromFile(path: string, name: string): Record<string, string | undefined> {
  try {
    return parseEnv(readFileSync(path, 'utf8').replace(/^\uFEFF/, ''));
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException;
    throw new ConfigurationError([`${name} cannot be read: ${REASONS[code] ?? message}`]);
  }
}
