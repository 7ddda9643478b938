import { fieldProblem } from '#libs/common';
import {
  type Condition,
  type Cover,
  type LayerDefinition,
  type Need,
  NUMBER_FACTS,
  type NumberFact,
  type PaperNeed,
  type Requirement,
  TEXT_FACTS,
  type TextFact,
  YES_NO_FACTS,
  type YesNoFact,
} from './requirement';
import type {
  ConditionDto,
  CoverDto,
  CreateRequirementSetDto,
  NeedDto,
  RequirementDto,
  UpdateRequirementSetDto,
} from './requirement-set.dto';
import { requirementRefused } from './requirements.errors';

/** Needs within needs: nobody reads more. */
const MOST_DEPTH = 4;

/**
 * A set as it will be after what was given, each condition and need in one of its forms.
 * @param kinds codes of the kinds that there are
 * @throws requirement_refused, naming the field
 */
export function definitionOf(
  before: LayerDefinition,
  dto: UpdateRequirementSetDto | CreateRequirementSetDto,
  kinds: ReadonlySet<string>,
): LayerDefinition {
  const { name, scope, applies, requirements, covers, coversNot, sources, notes } = dto;
  const isActive = 'isActive' in dto && dto.isActive !== undefined ? dto.isActive : before.isActive;
  const definition: LayerDefinition = {
    ...before,
    ...(name && { name: bare({ ...name }) as LayerDefinition['name'] }),
    ...(scope && { scope }),
    ...(applies && { applies: applies.map((one, index) => conditionOf(one, `applies.${index}`)) }),
    ...(requirements && { requirements: requirementsOf(requirements, kinds) }),
    ...(covers && { covers: coversOf(covers, 'covers', kinds) }),
    ...(coversNot && { coversNot: coversOf(coversNot, 'coversNot', kinds) }),
    ...(sources && { sources }),
    ...(notes !== undefined && { notes: notes ?? undefined }),
    isActive,
  };
  return bare(definition) as LayerDefinition;
}

function requirementsOf(given: RequirementDto[], kinds: ReadonlySet<string>): Requirement[] {
  const codes = new Set<string>();
  return given.map((dto, index) => {
    const at = `requirements.${index}`;
    if (codes.has(dto.code)) throw refused(`${at}.code`, 'is the code of another one of the set');
    codes.add(dto.code);
    const { when = [], need, name, issuers, ...rest } = dto;
    return bare({
      ...bare({ ...rest }),
      ...(name ? { name: bare({ ...name }) } : {}),
      ...(issuers ? { issuers: bare({ ...issuers }) } : {}),
      when: when.map((condition, number) => conditionOf(condition, `${at}.when.${number}`)),
      need: needOf(need, `${at}.need`, kinds),
    }) as Requirement;
  });
}

function coversOf(given: CoverDto[], field: string, kinds: ReadonlySet<string>): Cover[] {
  return given.map((cover, index) => {
    for (const end of ['from', 'to'] as const) requireKind(cover[end], `${field}.${index}.${end}`, kinds);
    return bare({ ...cover }) as Cover;
  });
}

function conditionOf(dto: ConditionDto, at: string): Condition {
  const { fact, ...rest } = bare({ ...dto }) as Said<ConditionDto>;
  const keys = Object.keys(rest).sort().join(' ');
  if (fact === undefined) {
    if (keys === 'duties' && rest.duties) return { duties: rest.duties };
    if (keys === 'ship' && rest.ship !== undefined) return { ship: rest.ship };
  } else if (isOneOf(TEXT_FACTS, fact)) {
    if (keys === 'in' && rest.in) return { fact: fact as TextFact, in: rest.in };
    if (keys === 'notIn' && rest.notIn) return { fact: fact as TextFact, notIn: rest.notIn };
  } else if (isOneOf(NUMBER_FACTS, fact)) {
    if (['min', 'below', 'below min'].includes(keys)) return { fact: fact as NumberFact, ...rest };
  } else if (isOneOf(YES_NO_FACTS, fact) && keys === 'is' && rest.is !== undefined) {
    return { fact: fact as YesNoFact, is: rest.is };
  }
  throw refused(
    at,
    'is a fact with `in`, `notIn`, `min` and `below` or `is`, as the fact has it, or `duties`, or `ship`',
  );
}

function needOf(dto: NeedDto, at: string, kinds: ReadonlySet<string>): Need {
  const { recognised, provisional = false, ...others } = bare({ ...dto }) as NeedDto;
  if (recognised === undefined) return paperNeedOf(dto, at, kinds, 1);
  if (Object.keys(others).length > 0 || recognised.length === 0) throw refused(at, 'has more than one form, or none');
  recognised.forEach((code, index) => requireKind(code, `${at}.recognised.${index}`, kinds));
  return { recognised, provisional };
}

function paperNeedOf(dto: NeedDto, at: string, kinds: ReadonlySet<string>, depth: number): PaperNeed {
  if (depth > MOST_DEPTH) throw refused(at, `is nested more than ${MOST_DEPTH} deep`);
  const given = bare({ ...dto }) as NeedDto;
  const inner = (needs: NeedDto[], field: string) =>
    needs.map((need, index) => paperNeedOf(need, `${at}.${field}.${index}`, kinds, depth + 1));
  switch (Object.keys(given).sort().join(' ')) {
    case 'kind':
      requireKind(given.kind as string, `${at}.kind`, kinds);
      return { kind: given.kind as string };
    case 'allOf':
      return { allOf: inner(given.allOf ?? [], 'allOf') };
    case 'oneOf':
      return { oneOf: inner(given.oneOf ?? [], 'oneOf') };
    case 'nOf of': {
      const of = inner(given.of ?? [], 'of');
      const nOf = given.nOf ?? 0;
      if (nOf > of.length) throw refused(`${at}.nOf`, 'is more than there are');
      return { nOf, of };
    }
    default:
      throw refused(at, 'is one of `kind`, `allOf`, `oneOf`, `nOf` with `of`, and alone at the top `recognised`');
  }
}

function requireKind(code: string, at: string, kinds: ReadonlySet<string>): void {
  if (!kinds.has(code)) throw refused(at, 'is the code of no kind of paper');
}

function refused(field: string, message: string): Error {
  return fieldProblem(requirementRefused, field, message);
}

function isOneOf(words: readonly string[], word: string): boolean {
  return words.includes(word);
}

/** What is null has not been said. */
type Said<T> = { [F in keyof T]: Exclude<T[F], null> };

/** Without what is not said. */
function bare(given: object): object {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined && value !== null));
}
