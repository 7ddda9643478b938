import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Logger } from '@nestjs/common';
import pino from 'pino';
import ts from 'typescript';
import { NestLogger } from '../../apps/api/src/nest-logger';

const ROOT = join(__dirname, '..', '..');
const LEVELS = ['log', 'info', 'error', 'warn', 'debug', 'fatal', 'verbose'];
const FOLDERS = ['libs', 'apps/api', 'apps/worker'];

interface Call {
  place: string;
  level: string;
  values: readonly ts.Expression[];
}

/** Every `logger.warn(...)`, `this.logger.warn(...)` of the product. */
function calls(): Call[] {
  const files = FOLDERS.flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map((file) => join(folder, file)),
  );
  return files
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.spec.ts'))
    .flatMap((file) =>
      callsIn(ts.createSourceFile(file, readFileSync(join(ROOT, file), 'utf8'), ts.ScriptTarget.ESNext)),
    );
}

function callsIn(source: ts.SourceFile): Call[] {
  const found: Call[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression)) {
      const { expression: whom, name } = node.expression;
      if (/(^|\.)logger$/i.test(whom.getText(source)) && LEVELS.includes(name.text)) {
        const { line } = source.getLineAndCharacterOfPosition(node.getStart(source));
        found.push({ place: `${source.fileName}:${line + 1}`, level: name.text, values: node.arguments });
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** A value of the kind that the expression has, in which each part can be found again. */
function sample(node: ts.Expression, part: () => string, source = node.getSourceFile()): unknown {
  if (ts.isStringLiteralLike(node)) return node.text;
  if (ts.isTemplateExpression(node)) {
    return node.head.text + node.templateSpans.map(({ literal }) => part() + literal.text).join('');
  }
  if (ts.isObjectLiteralExpression(node)) {
    const entries = node.properties.map((property): [string, unknown] => {
      if (ts.isPropertyAssignment(property)) return [nameOf(property), sample(property.initializer, part, source)];
      if (ts.isShorthandPropertyAssignment(property)) return [nameOf(property), sample(property.name, part, source)];
      return [part(), part()];
    });
    return Object.fromEntries(entries);
  }
  return ts.isIdentifier(node) && /error/i.test(node.text) ? new Error(part()) : part();
}

function nameOf({ name }: ts.PropertyAssignment | ts.ShorthandPropertyAssignment): string {
  return 'text' in name ? String(name.text) : 'named';
}

function textsOf(value: unknown): string[] {
  if (value instanceof Error) return [value.message, value.stack ?? ''];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsOf) : [String(value)];
}

const all = calls();

describe('what the product logs', () => {
  afterAll(() => Logger.overrideLogger(false));

  it('is said in many places', () => expect(all.length).toBeGreaterThan(20));

  it.each(all.map((call) => [call.place, call] as const))('%s loses none of its texts', (_, { level, values }) => {
    let parts = 0;
    const lines: string[] = [];
    const logger = pino({ level: 'debug', base: undefined }, { write: (line: string) => void lines.push(line) });
    Logger.overrideLogger(new NestLogger(logger));
    const [message, ...rest] = values.map((value) => sample(value, () => `part-${(parts += 1)}`));
    const write = new Logger('Part')[level === 'info' ? 'log' : (level as 'warn')].bind(new Logger('Part'));
    write(message, ...rest);
    const written = textsOf(JSON.parse(lines[0] ?? '{}'));
    const lost = [message, ...rest].flatMap(textsOf).filter((text) => !written.some((one) => one.includes(text)));
    expect(lost).toEqual([]);
  });
});
