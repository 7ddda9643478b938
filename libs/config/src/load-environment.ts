import { existsSync } from 'node:fs';
import { loadEnvFile } from 'node:process';
import { type Environment, readEnvironment } from './environment';

/** The environment of this process; what it leaves open comes from `.env` in the working directory. @throws ConfigurationError */
export function loadEnvironment(): Environment {
  if (existsSync('.env')) loadEnvFile('.env');
  return readEnvironment(process.env);
}
