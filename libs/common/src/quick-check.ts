import { getMetadataStorage, type ValidationArguments } from 'class-validator';
// Not a door of the package, but where Nest's mapped types look for the same.
import { defaultMetadataStorage } from 'class-transformer/cjs/storage';

type Type = new () => object;
type Fields = Record<string, unknown>;

/** One field of a class with what its decorators say. */
interface Field {
  name: string;
  transforms: ((given: Fields) => unknown)[];
  /** All of them, or nothing is checked (`ValidateIf`). */
  conditions: ((object: object, value: unknown) => boolean)[];
  checks: ((value: unknown, object: object) => unknown)[];
}

const plans = new WeakMap<Type, Map<string, Field> | null>();

/**
 * What class-transformer and class-validator would make of `given`, if there is nothing wrong with it; undefined when they have to look
 * themselves. They search all decorators of all classes for each request, and make an error for each field first. Here the same
 * decorators are looked up once for each class and asked in the same way. Nested objects are left to them too.
 */
export function quickCheck(type: Type, given: unknown): object | undefined {
  const fields = planOf(type);
  if (!fields || typeof given !== 'object' || given === null || Array.isArray(given)) return undefined;
  const made = new type() as Fields;
  for (const name of Object.keys(given)) {
    const field = fields.get(name);
    if (!field || !isFlat((given as Fields)[name])) return undefined;
    made[name] = (given as Fields)[name];
    for (const transform of field.transforms) made[name] = transform({ value: made[name], key: name, obj: given });
  }
  for (const field of fields.values()) if (!passes(field, made)) return undefined;
  return made;
}

function passes({ name, conditions, checks }: Field, made: Fields): boolean {
  const value = made[name];
  for (const condition of conditions) if (!condition(made, value)) return true;
  // A promise is not `true` either.
  for (const check of checks) if (check(value, made) !== true) return false;
  return true;
}

function isFlat(value: unknown): boolean {
  if (Array.isArray(value)) return value.every((item) => typeof item !== 'object');
  return typeof value !== 'object' || value === null;
}

function planOf(type: Type): Map<string, Field> | null {
  let plan = plans.get(type);
  if (plan === undefined) plans.set(type, (plan = makePlan(type)));
  return plan;
}

/** Null for a class without decorators, or with some that are not known here. */
function makePlan(type: Type): Map<string, Field> | null {
  const storage = getMetadataStorage();
  const fields = new Map<string, Field>();
  for (const metadata of storage.getTargetValidationMetadatas(type, '', false, false)) {
    const { type: kind, propertyName: name, constraints, each, validateIf, constraintCls } = metadata;
    const field = fields.get(name) ?? { name, transforms: transformsOf(type, name), conditions: [], checks: [] };
    fields.set(name, field);
    if (validateIf) return null;
    if (kind === 'conditionalValidation') field.conditions.push(constraints[0] as Field['conditions'][number]);
    // Objects do not come here; what else there is is wrong.
    else if (kind === 'nestedValidation') field.checks.push((value) => value === undefined);
    else if (kind !== 'customValidation') return null;
    else {
      for (const { instance } of storage.getTargetValidatorConstraints(constraintCls)) {
        field.checks.push((value, object) => {
          const told: ValidationArguments = { value, constraints, object, property: name, targetName: type.name };
          if (!each || !Array.isArray(value)) return instance.validate(value, told);
          return value.every((item) => instance.validate(item, told) === true);
        });
      }
    }
  }
  return fields.size > 0 ? fields : null;
}

const PLAIN_TO_CLASS = 0;

function transformsOf(type: Type, name: string): Field['transforms'] {
  const found = defaultMetadataStorage.findTransformMetadatas(type, name, PLAIN_TO_CLASS);
  return found.map(({ transformFn }) => transformFn as unknown as Field['transforms'][number]);
}
