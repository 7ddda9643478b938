import { join } from 'node:path';
import type { DemoAccount } from './demo';

export interface Whereabouts {
  /** Where this process listens. */
  address: string;
  /** What the outside calls it. */
  publicUrl: string;
  /** Null with services of one's own. */
  dataDir: string | null;
  /** Accounts of the demo data; none without it. */
  demoAccounts?: DemoAccount[];
}

/** The few lines that a person who has just started the product needs. */
export function welcome({ address, publicUrl, dataDir, demoAccounts = [] }: Whereabouts): string {
  const lines = [
    ['Console', `${publicUrl}/console/`],
    ['API', publicUrl],
    ['Swagger UI', `${publicUrl}/docs`],
    ['OpenAPI', `${publicUrl}/openapi.json`],
    ['Health', `${address}/health/ready`],
    ...(dataDir === null ? [['Listening on', address]] : [['Data', dataDir]]),
  ];
  const block = lines.map(([name = '', value = '']) => `  ${name.padEnd(14)}${value}`).join('\n');
  const demo = dataDir !== null && demoAccounts.length > 0 ? demoBlock(dataDir, demoAccounts) : '';
  return `\nCredence is running. Stop it with Ctrl-C.\n\n${block}\n\n${demo}`;
}

/** One account of each role. */
function demoBlock(dataDir: string, accounts: DemoAccount[]): string {
  const ofEachRole = new Map([...accounts].reverse().map((account) => [account.role, account]));
  const lines = [...ofEachRole.values()]
    .reverse()
    .map(({ role, email, password }) => `  ${role.padEnd(17)}${email.padEnd(36)}${password}`);
  const path = join(dataDir, 'demo-accounts.json');
  return `Sign in to the demo as (all accounts: ${path})\n\n${lines.join('\n')}\n\n`;
}
