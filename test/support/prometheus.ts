import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '#libs/database';

export const RULES = join(__dirname, '../../docs/deploy/alerts.yml');

const LOOK_AGAIN_MS = 200;
const GIVE_UP_MS = 100_000;

/** A Prometheus of its own that looks every other second, and for which a minute is two seconds, or each alert would take minutes. */
export class Prometheus {
  private constructor(
    private readonly url: string,
    private readonly directory: string,
    private readonly server: ChildProcess,
  ) {}

  /** `jobs`: of each installation the ports of its processes. */
  static async start(jobs: Record<string, number[]>): Promise<Prometheus> {
    const directory = mkdtempSync(join(tmpdir(), 'credence-prometheus-'));
    const port = await freePort();
    writeFileSync(join(directory, 'alerts.yml'), inSeconds(readFileSync(RULES, 'utf8')));
    writeFileSync(join(directory, 'prometheus.yml'), configuration(jobs));
    promtool(['check', 'config', join(directory, 'prometheus.yml')]);
    const server = spawn(
      'prometheus',
      [
        `--config.file=${join(directory, 'prometheus.yml')}`,
        `--storage.tsdb.path=${join(directory, 'data')}`,
        `--web.listen-address=127.0.0.1:${port}`,
        '--log.level=error',
      ],
      { stdio: ['ignore', 'ignore', 'inherit'] },
    );
    const prometheus = new Prometheus(`http://127.0.0.1:${port}`, directory, server);
    await prometheus.until('it is ready', async () => (await fetch(`${prometheus.url}/-/ready`)).ok);
    return prometheus;
  }

  /** The values that an expression has now, one for each series. */
  async values(expression: string): Promise<number[]> {
    const query = new URLSearchParams({ query: expression });
    const answer = await fetch(`${this.url}/api/v1/query?${query.toString()}`);
    const { status, error, data } = (await answer.json()) as {
      status: string;
      error?: string;
      data: { result: { value: [number, string] }[] };
    };
    if (status !== 'success') throw new Error(`${expression}: ${error}`);
    return data.result.map(({ value }) => Number(value[1]));
  }

  /** The alerts that fire, with what they say. */
  async firing(): Promise<{ name: string; summary: string }[]> {
    const answer = await fetch(`${this.url}/api/v1/alerts`);
    const { data } = (await answer.json()) as {
      data: { alerts: { state: string; labels: Record<string, string>; annotations: Record<string, string> }[] };
    };
    return data.alerts
      .filter(({ state }) => state === 'firing')
      .map(({ labels, annotations }) => ({ name: labels['alertname'] ?? '', summary: annotations['summary'] ?? '' }));
  }

  /** What it says once it fires; meanwhile the cause is brought about again and again. */
  async fires(name: string, cause: () => Promise<unknown> = () => Promise.resolve()): Promise<string> {
    let summary = '';
    await this.until(`${name} fires`, async () => {
      await cause();
      summary = (await this.firing()).find((alert) => alert.name === name)?.summary ?? '';
      return summary !== '';
    });
    return summary;
  }

  clears(name: string): Promise<void> {
    return this.until(`${name} does not fire any more`, async () =>
      (await this.firing()).every((alert) => alert.name !== name),
    );
  }

  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.server.once('close', resolve));
    this.server.kill('SIGKILL');
    await ended;
    rmSync(this.directory, { recursive: true, force: true });
  }

  async until(what: string, isSo: () => Promise<boolean>): Promise<void> {
    const before = performance.now();
    while (!(await isSo().catch(() => false))) {
      if (performance.now() - before > GIVE_UP_MS) {
        throw new Error(`It did not come to that: ${what}; firing: ${JSON.stringify(await this.firing())}`);
      }
      await sleep(LOOK_AGAIN_MS);
    }
  }
}

/** @throws Error with what it says */
export function promtool(args: string[]): string {
  return execFileSync('promtool', args, { encoding: 'utf8', stdio: 'pipe' });
}

const SECONDS_PER_MINUTE = 2;

/** Thirty times faster: `5m` is ten seconds, `15 * 60` is thirty. */
export function inSeconds(rules: string): string {
  return rules
    .replaceAll(/\b(\d+)m\b/g, (_, minutes: string) => `${Number(minutes) * SECONDS_PER_MINUTE}s`)
    .replaceAll('* 60', `* ${SECONDS_PER_MINUTE}`);
}

function configuration(jobs: Record<string, number[]>): string {
  const scrapes = Object.entries(jobs).map(([name, ports]) => {
    const targets = ports.map((port) => `'127.0.0.1:${port}'`).join(', ');
    return `  - { job_name: ${name}, static_configs: [{ targets: [${targets}] }] }`;
  });
  return `
global: { scrape_interval: 2s, scrape_timeout: 2s, evaluation_interval: 500ms }
rule_files: [alerts.yml]
scrape_configs:
${scrapes.join('\n')}
`;
}
