import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const OPERAND = String.raw`(?:any\([$:]\w+\)|(?:[$:]?[\w.]+|\?|'[^']*')(?:::\w+)?)`;
const BEFORE = String.raw`^|\(|\b(?:where|and|or|on|when)\s+`;
const AFTER = String.raw`\s*(?:$|\)|(?:and|or|then|for|where|join|left|cross|order|limit|returning|union)\b)`;
const CONDITION = new RegExp(`(${BEFORE})(${OPERAND} (?:=|<>|[<>]=?) ${OPERAND})(?=${AFTER})`, 'g');

/** What changes, and into what. */
const CHANGES = [
  // As if the condition were not there; a parameter that is not in the text any more would be an error.
  { pattern: CONDITION, replace: (_, before, condition) => `${before}(${condition} or true)` },
  { pattern: /\bis null\b/g, replace: () => 'is not null' },
  { pattern: /\bis not null\b/g, replace: () => 'is null' },
  { pattern: /(?<= )[<>](?= [$:?('\w])/g, replace: (operator) => `${operator}=` },
  { pattern: /(?<= )[<>]=(?= [$:?('\w])/g, replace: ([operator]) => operator },
  { pattern: /\bdesc\b/g, replace: () => 'asc' },
];

/** A statement, a part of one, or a condition that is written by itself. */
const SQL = /\b(?:select|update|delete|from|where|order by)\b|^\(?[\w.]+(?:, [\w.]+\))? (?:=|<>|[<>]=?|is) /;

function* changesOf(text) {
  for (const { pattern, replace } of CHANGES) {
    for (const match of text.matchAll(pattern)) {
      yield text.slice(0, match.index) + replace(...match) + text.slice(match.index + match[0].length);
    }
  }
}

/** One condition, bound or order of an SQL text at a time, where Stryker itself would empty the whole text. */
const mutator = {
  name: 'Sql',
  *mutate({ node }) {
    if (node.type === 'StringLiteral' && SQL.test(node.value)) {
      for (const value of changesOf(node.value)) yield { type: 'StringLiteral', value };
    }
    if (node.type === 'TemplateLiteral' && node.quasis.some(({ value }) => SQL.test(value.raw))) {
      for (const [index, quasi] of node.quasis.entries()) {
        for (const raw of changesOf(quasi.value.raw)) {
          yield { ...node, quasis: node.quasis.with(index, { ...quasi, value: { raw, cooked: raw } }) };
        }
      }
    }
  },
};

/** Stryker has no door for a mutator of one's own: this is the inner list of the version that package.json pins. */
export async function addToMutators(folder) {
  const allMutators = await mutatorsOf(folder);
  allMutators.push(mutator);
}

/** Leaves every nth change of all that would be made, in the order of the source, of the mutators that are not in `excluded`. */
export async function sampleMutators(folder, n, excluded) {
  const allMutators = await mutatorsOf(folder);
  let seen = 0;
  for (const [index, { name, mutate }] of allMutators.entries()) {
    if (excluded.includes(name)) continue;
    allMutators[index] = {
      name,
      *mutate(path) {
        for (const change of mutate(path)) if (seen++ % n === 0) yield change;
      },
    };
  }
}

async function mutatorsOf(folder) {
  const door = createRequire(folder).resolve('@stryker-mutator/instrumenter');
  const { allMutators } = await import(new URL('mutators/index.js', pathToFileURL(door)).href);
  return allMutators;
}
