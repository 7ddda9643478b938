import { StartRefused } from '../start-refused';
import { readNewOrganization } from './new-organization';

function messageOf(args: string[]): string {
  try {
    readNewOrganization(args);
  } catch (error) {
    if (error instanceof StartRefused) return error.message;
    throw error;
  }
  return '';
}

describe('npm run create-organization', () => {
  it('needs a name and an e-mail address and nothing else', () => {
    expect(readNewOrganization(['--name', 'Northern Crewing', '--email', 'admin@example.org'])).toEqual({
      name: 'Northern Crewing',
      email: 'admin@example.org',
      firstName: 'Registry',
      lastName: 'Admin',
      timeZone: 'UTC',
      language: 'en',
    });
  });

  it('lists every problem at once', () => {
    const message = messageOf(['--email', 'nobody', '--time-zone', 'Mars/Base', '--language', 'xx']);
    for (const name of ['--name', '--email', '--time-zone', '--language']) expect(message).toContain(name);
  });

  it('refuses an option that it does not know', () => {
    expect(messageOf(['--nam', 'Northern Crewing'])).toContain('--nam');
  });
});
