import { execFile } from 'node:child_process';
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

const SYSTEM_NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const NODE_MODULES = join(__dirname, '../../node_modules');

/** Nothing but this machine exists, so no test depends on, or tells anything to, the network. */
const NO_NETWORK = '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost';

/**
 * The Chromium of the npm package, else, or with `TEST_BROWSER=system`, the machine's own. With a profile of its own, which goes when
 * it is closed.
 */
export async function startBrowser(): Promise<Browser> {
  const isOwnWanted = process.env['TEST_BROWSER'] === 'system' || !isPackagedFor(process);
  const { executablePath, env } = isOwnWanted ? systemBrowser() : await packagedBrowser();
  return chromium.launch({
    executablePath,
    args: [NO_NETWORK, '--disable-gpu'],
    env: { ...present(process.env), ...env },
  });
}

interface Executable {
  executablePath: string;
  env?: Record<string, string>;
}

function isPackagedFor({ platform, arch }: NodeJS.Process): boolean {
  return platform === 'linux' && arch === 'x64';
}

function systemBrowser(): Executable {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/bin'];
  const executablePath = SYSTEM_NAMES.flatMap((name) => folders.map((folder) => join(folder, name))).find(isExecutable);
  if (!executablePath)
    throw new Error('This machine has no Chromium, and there is no npm package of it for this system');
  return { executablePath };
}

/**
 * `@sparticuz/chromium` brings a compressed browser with the libraries and fonts that a bare machine lacks. It unpacks them into the
 * folder for temporary files, in the middle of which another process may look; so it gets a folder of its own, put into place at the end.
 */
async function packagedBrowser(): Promise<Executable> {
  const { version } = JSON.parse(readFileSync(join(NODE_MODULES, '@sparticuz/chromium/package.json'), 'utf8'));
  const home = join(NODE_MODULES, '.cache', `chromium-${version}`);
  if (!existsSync(home)) {
    mkdirSync(dirname(home), { recursive: true });
    const folder = mkdtempSync(`${home}-`);
    const script = `(await import('@sparticuz/chromium')).default.executablePath()`;
    // Told to be at home, it unpacks the libraries too; elsewhere it relies on those of the system.
    const env = { ...process.env, TMPDIR: folder, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs20.x' };
    await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], { cwd: __dirname, env });
    writeFileSync(join(folder, 'fonts', 'fonts.conf'), fontSettings(home));
    try {
      renameSync(folder, home);
    } catch (error) {
      rmSync(folder, { recursive: true, force: true });
      // Another process was faster.
      if (!existsSync(home)) throw error;
    }
  }
  const libraries = join(home, 'al2023', 'lib');
  return {
    executablePath: join(home, 'chromium'),
    env: { LD_LIBRARY_PATH: libraries, FONTCONFIG_PATH: join(home, 'fonts') },
  };
}

/** Its own look for the fonts in /tmp. Without a single font the browser dies at the first letter. */
function fontSettings(home: string): string {
  return `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>${home}/fonts</dir><cachedir>${home}/fonts-cache</cachedir></fontconfig>`;
}

/** A page that notes whatever would worry a person who looks into the browser's console: errors, refusals, requests to strangers. */
export async function openPage(
  browser: Browser,
  baseURL: string,
  options: BrowserContextOptions = {},
): Promise<{ page: Page; worries: string[] }> {
  const context = await browser.newContext({ baseURL, ...options });
  context.setDefaultTimeout(60_000);
  const worries: string[] = [];
  const isOurs = (url: string) => url.startsWith(`${baseURL}/`);
  context.on('page', (opened) => opened.on('pageerror', (error) => worries.push(`error: ${error.message}`)));
  context.on('console', (message) => {
    // What a browser refuses because of a policy it writes down as an error.
    if (!isOurs(message.page()?.url() ?? '') || !['error', 'warning'].includes(message.type())) return;
    worries.push(`${message.type()}: ${message.text()}`);
  });
  context.on('request', (request) => {
    const url = request.url();
    if (request.isNavigationRequest() || isOurs(url) || /^(data|blob):/.test(url)) return;
    if (isOurs(request.frame().url())) worries.push(`request: ${url}`);
  });
  return { page: await context.newPage(), worries };
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function present(env: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined));
}
