import { isDeepStrictEqual } from 'node:util';
import { fieldProblem } from '#libs/common';
import type { Kind, KindDefinition, Validity } from './kind-definition';
import type { CreateKindDto, KindFields, UpdateKindDto, ValidityDto } from './kind.dto';
import { kindOfIdentityDocument, monthsMissing } from './kinds.errors';

const FIELDS = [
  ...(['parents', 'provisionalFor', 'lines', 'leadTimeDays', 'greatestAgeDays', 'authorities', 'states'] as const),
  ...(['regulation', 'sources', 'notes'] as const),
];

/** What an organisation says of a kind of its own. @throws months_missing */
export function definitionOf(dto: CreateKindDto): KindDefinition {
  const { code, name, certificateType } = dto;
  return bare({
    code,
    name: bare({ ...name }),
    holder: { credential: 'certificate', certificateType },
    required: bare({ ...dto.required }),
    validity: validityOf(dto.validity),
    basis: 'knowledge',
    ...rest(dto),
    sources: dto.sources ?? [],
  });
}

/** The next version, or the same one where nothing is new. @throws kind_of_identity_document, months_missing */
export function changed(kind: Kind, dto: UpdateKindDto): Kind {
  const { definition } = kind;
  const { name, required, validity, certificateType, isActive = kind.isActive } = dto;
  if (certificateType && definition.holder.credential !== 'certificate') {
    throw fieldProblem(kindOfIdentityDocument, 'certificateType');
  }
  const next: KindDefinition = bare({
    ...definition,
    ...(name && { name: bare({ ...name }) }),
    ...(required && { required: bare({ ...required }) }),
    ...(validity && { validity: validityOf(validity) }),
    ...(certificateType && { holder: { credential: 'certificate' as const, certificateType } }),
    ...rest(dto),
    sources: dto.sources ?? (dto.sources === null ? [] : definition.sources),
  });
  if (isActive === kind.isActive && isDeepStrictEqual(plain(next), plain(definition))) return kind;
  const origin = kind.origin === 'own' ? 'own' : 'changed';
  return { id: kind.id, definition: next, origin, isActive, version: kind.version + 1 };
}

/** A missing field stays as it is; null clears it. */
function rest(dto: KindFields): Partial<KindDefinition> {
  const given = FIELDS.filter((field) => dto[field] !== undefined);
  return Object.fromEntries(given.map((field) => [field, dto[field] ?? undefined]));
}

/** @throws months_missing for an age without its months, or months without their age */
function validityOf({ underAge, underMonths, ...given }: ValidityDto): Validity {
  if (underAge && !underMonths) throw fieldProblem(monthsMissing, 'validity.underMonths');
  if (underMonths && !underAge) throw fieldProblem(monthsMissing, 'validity.underAge');
  const under = underAge && underMonths ? { age: underAge, months: underMonths } : undefined;
  return bare({ ...given, under });
}

/** Without what is not said. */
function bare<T extends object>(given: T): { [F in keyof T]: Exclude<T[F], null> } {
  return Object.fromEntries(
    Object.entries(given).filter(([, value]) => value !== undefined && value !== null && value !== false),
  ) as { [F in keyof T]: Exclude<T[F], null> };
}

/** As it comes from the database. */
function plain(definition: KindDefinition): unknown {
  return JSON.parse(JSON.stringify(definition));
}
