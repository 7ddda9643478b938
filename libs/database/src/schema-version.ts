/** How far apart the versions of a program and of the schema are; `other` where no step leads from one to the other. */
export type Distance = 'same' | 'older' | 'one newer' | 'other';

/** `0.1` of `0.1.7`: what the schema belongs to. */
export function minorOf(version: string): string {
  return version.split('.').slice(0, 2).join('.');
}

/**
 * How the schema stands to the program, both as major and minor version. A program is only known to run on the schema of the next minor
 * version, or of the first one of the next major version (CONTRIBUTING.md, "A change of the schema").
 */
export function distanceOf(schema: string, program: string): Distance {
  const [schemaMajor = 0, schemaMinor = 0] = schema.split('.').map(Number);
  const [major = 0, minor = 0] = program.split('.').map(Number);
  if (schemaMajor === major && schemaMinor === minor) return 'same';
  if (schemaMajor < major || (schemaMajor === major && schemaMinor < minor)) return 'older';
  const isNext = schemaMajor === major ? schemaMinor === minor + 1 : schemaMajor === major + 1 && schemaMinor === 0;
  return isNext ? 'one newer' : 'other';
}
