import type { KindDefinition } from '../kind-definition';
import { SOURCES } from './sources';
import { certificate, DATED, NO_END, PRINTED, STCW_FIELDS } from './terms';

const LICENCE = { required: { ...STCW_FIELDS, expiryDate: true }, validity: PRINTED } as const;
/** The American Heart Association’s cards. */
const LIFE_SUPPORT = {
  required: DATED,
  validity: { rule: 'issue_plus', months: 24, endOfMonth: true },
  basis: 'knowledge',
  sources: [] as string[],
  notes: 'Two years, to the last day of the month; no grace.',
} as const;
const CHECKED = { issueDate: true };
const MONTHLY = 31;

/** Nurses in the United States. */
export const NURSING_KINDS: readonly KindDefinition[] = [
  {
    code: 'HC-RN',
    name: { en: 'Registered nurse, state licence', fr: 'Infirmier diplômé, licence d’un État' },
    holder: certificate(),
    ...LICENCE,
    regulation: 'State law',
    basis: 'sourced',
    sources: [SOURCES.nursingCompact, SOURCES.nursingBoards],
    notes: 'Good in the state that issued it, for one to three years.',
  },
  {
    code: 'HC-LPN',
    name: { en: 'Licensed practical nurse, state licence', fr: 'Infirmier auxiliaire, licence d’un État' },
    holder: certificate(),
    ...LICENCE,
    regulation: 'State law',
    basis: 'sourced',
    sources: [SOURCES.nursingCompact, SOURCES.nursingBoards],
    notes: 'Good in the state that issued it, for one to three years.',
  },
  {
    code: 'HC-MSL',
    name: { en: 'Multistate licence (Nurse Licensure Compact)', fr: 'Licence multi-États (Nurse Licensure Compact)' },
    holder: certificate(),
    ...LICENCE,
    regulation: 'Nurse Licensure Compact',
    basis: 'sourced',
    sources: [SOURCES.nursingCompact, SOURCES.nursingBoards],
    notes:
      'Good in all states of the compact while the home state is that of residence; after a move another has to be applied for within 60 days.',
  },
  {
    code: 'HC-BLS',
    name: { en: 'Basic life support', fr: 'Réanimation de base (BLS)' },
    holder: certificate(),
    ...LIFE_SUPPORT,
  },
  {
    code: 'HC-ACLS',
    name: { en: 'Advanced cardiovascular life support', fr: 'Réanimation cardiovasculaire avancée (ACLS)' },
    holder: certificate(),
    ...LIFE_SUPPORT,
  },
  {
    code: 'HC-PALS',
    name: { en: 'Paediatric advanced life support', fr: 'Réanimation avancée pédiatrique (PALS)' },
    holder: certificate(),
    ...LIFE_SUPPORT,
  },
  {
    code: 'HC-TB',
    name: { en: 'Tuberculosis test', fr: 'Test de la tuberculose' },
    holder: certificate('medical'),
    required: DATED,
    validity: NO_END,
    basis: 'sourced',
    sources: [SOURCES.cdcTuberculosis, SOURCES.cdcTuberculosisLetter],
    notes: 'Once, when hired; no yearly test unless there was exposure or the state asks for it.',
  },
  {
    code: 'HC-IMM',
    name: {
      en: 'Immunisation (hepatitis B, MMR, varicella, Tdap)',
      fr: 'Immunisation (hépatite B, ROR, varicelle, dTca)',
    },
    holder: certificate('medical'),
    required: CHECKED,
    validity: NO_END,
    basis: 'sourced',
    sources: [SOURCES.aohpImmunizations],
    notes: 'The series done, or immunity proved.',
  },
  {
    code: 'HC-FLU',
    name: { en: 'Influenza vaccination', fr: 'Vaccination contre la grippe' },
    holder: certificate('medical'),
    required: { ...CHECKED, expiryDate: true },
    validity: PRINTED,
    basis: 'sourced',
    sources: [SOURCES.aohpImmunizations],
    notes: 'For one season: the end to be entered is the season’s.',
  },
  {
    code: 'HC-DECL',
    name: { en: 'Vaccination declined, on record', fr: 'Refus de vaccination consigné' },
    holder: certificate('medical'),
    required: CHECKED,
    validity: NO_END,
    basis: 'knowledge',
    sources: [],
  },
  {
    code: 'HC-FIT',
    name: { en: 'Respirator fit test', fr: 'Essai d’ajustement du masque' },
    holder: certificate('medical'),
    required: CHECKED,
    validity: { rule: 'issue_plus', months: 12 },
    regulation: 'OSHA',
    basis: 'knowledge',
    sources: [],
    notes: 'By model of mask.',
  },
  {
    code: 'HC-BGC',
    name: { en: 'Criminal background check', fr: 'Vérification du casier judiciaire' },
    holder: certificate(),
    required: DATED,
    validity: NO_END,
    basis: 'knowledge',
    sources: [],
    notes: 'Once, when hired; by state and facility.',
  },
  {
    code: 'HC-OIG',
    name: { en: 'Exclusion lists (LEIE, SAM, state)', fr: 'Listes d’exclusion (LEIE, SAM, État)' },
    holder: certificate(),
    required: CHECKED,
    validity: NO_END,
    greatestAgeDays: MONTHLY,
    basis: 'knowledge',
    sources: [],
    notes: 'A check, repeated monthly; there is no paper.',
  },
  {
    code: 'HC-PSV',
    name: { en: 'Licence verified at the source', fr: 'Licence vérifiée à la source' },
    holder: certificate(),
    required: CHECKED,
    validity: NO_END,
    greatestAgeDays: MONTHLY,
    basis: 'estimate',
    sources: [],
    notes: 'When hired and when renewed; monthly by one reading of the Joint Commission’s rules.',
  },
];
