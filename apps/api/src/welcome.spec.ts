import { describe, expect, it } from '@jest/globals';
import type { DemoAccount } from './demo';
import { welcome } from './welcome';

const account = (email: string, role: DemoAccount['role']): DemoAccount => ({
  email,
  role,
  password: `secret of ${email}`,
  id: 1,
  uuid: '0190a5e6-0000-7000-8000-000000000001',
});

describe('the words after the start', () => {
  const whereabouts = { address: 'http://127.0.0.1:3000', publicUrl: 'http://127.0.0.1:3000', dataDir: '/data' };

  it('name the first demo account of each role and the file with all of them', () => {
    const demoAccounts = [account('a', 'admin'), account('b', 'office-employee'), account('c', 'office-employee')];
    const text = welcome({ ...whereabouts, demoAccounts });
    expect(text).toMatch(/admin +a +secret of a\n +office-employee +b +secret of b\n/);
    expect(text).not.toContain('secret of c');
    expect(text).toContain('/data/demo-accounts.json');
  });

  it('do not speak of a demo where there is none', () => {
    expect(welcome(whereabouts)).not.toContain('demo');
  });
});
