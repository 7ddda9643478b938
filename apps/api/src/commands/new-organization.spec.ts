import { StartRefused } from '../start-refused';
import { readNewOrganization } from './new-organization';

function messageOf(args: string[], password = 'long enough'): string {
  try {
    readNewOrganization(args, password);
  } catch (error) {
    if (error instanceof StartRefused) return error.message;
    throw error;
  }
  return '';
}

describe('npm run create-organization', () => {
  it('needs a name and an e-mail address and nothing else', () => {
    expect(readNewOrganization(['--name', 'Northern Crewing', '--email', 'admin@example.org'], 'long enough')).toEqual({
      name: 'Northern Crewing',
      email: 'admin@example.org',
      firstName: 'Registry',
      lastName: 'Admin',
      timeZone: 'UTC',
      language: 'en',
      password: 'long enough',
    });
  });

  it('lists every problem at once and does not repeat the password', () => {
    const message = messageOf(['--email', 'nobody', '--time-zone', 'Mars/Base', '--language', 'xx'], 'short');
    for (const name of ['--name', '--email', '--time-zone', '--language', 'ADMIN_PASSWORD'])
      expect(message).toContain(name);
    expect(message).not.toContain('short');
  });

  it('refuses an option that it does not know', () => {
    expect(messageOf(['--nam', 'Northern Crewing'])).toContain('--nam');
  });
});
