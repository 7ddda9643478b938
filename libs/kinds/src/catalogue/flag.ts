import type { KindDefinition } from '../kind-definition';
import { SOURCES } from './sources';
import { certificate, DATED, FIVE_YEARS, NO_END, PRINTED, STCW_FIELDS, weeks } from './terms';

const COMPETENCE = [
  ...['COC-OOWD', 'COC-CM', 'COC-MAS', 'COC-MAS3', 'COC-NC'],
  ...['COC-OOWE', 'COC-2E', 'COC-CE', 'COC-ETO'],
];
const RADIO = ['RO-GOC', 'RO-ROC'];
const TANKER = ['TK-BOC', 'TK-AO', 'TK-AC', 'TK-BG', 'TK-AG'];

/** What a flag gives, and what else a ship asks for. */
export const FLAG_KINDS: readonly KindDefinition[] = [
  {
    code: 'FL-END',
    name: { en: 'Flag endorsement (recognition)', fr: 'Visa de reconnaissance du pavillon' },
    holder: certificate('flag_certificate'),
    required: { ...STCW_FIELDS, expiryDate: true },
    validity: { rule: 'issue_plus', months: FIVE_YEARS, longestMonths: FIVE_YEARS },
    parents: [...COMPETENCE, ...RADIO, ...TANKER],
    leadTimeDays: weeks(6),
    regulation: 'STCW I/10',
    basis: 'sourced',
    sources: [SOURCES.stcwEndorsementForm, SOURCES.bahamasEndorsements, SOURCES.ukEndorsements],
    notes:
      'Names capacity, limits and flag; ends with the certificate behind it, also of a radio operator or for tankers.',
  },
  {
    code: 'FL-CRA',
    name: { en: 'Receipt of application for an endorsement', fr: 'Récépissé de demande de visa' },
    holder: certificate('flag_certificate'),
    required: DATED,
    validity: { rule: 'issue_plus', months: 3, cuts: true },
    parents: COMPETENCE,
    provisionalFor: ['FL-END'],
    leadTimeDays: 1,
    regulation: 'STCW I/10 §5, B-I/10',
    basis: 'sourced',
    sources: [SOURCES.stcwGuidanceI10, SOURCES.ukEndorsements],
    notes:
      'Three months at most, one flag, and never for radio. The United Kingdom’s emergency receipt lasts one month.',
  },
  {
    code: 'FL-DISP',
    name: { en: 'Dispensation of the flag', fr: 'Dispense de l’État du pavillon' },
    holder: certificate('flag_certificate'),
    required: { ...DATED, expiryDate: true },
    validity: { rule: 'issue_plus', months: 6, longestMonths: 6 },
    leadTimeDays: weeks(1),
    regulation: 'STCW article VIII, MLC A3.2 §6',
    basis: 'sourced',
    sources: [SOURCES.stcwDispensation, SOURCES.caymanDispensations, SOURCES.panamaCook],
    notes:
      'One named person, one ship, six months at most, for the post immediately above; never for a radio operator.',
  },
  {
    code: 'FL-FAM',
    name: { en: 'Course on the law of the flag', fr: 'Formation au droit du pavillon' },
    holder: certificate(),
    required: DATED,
    validity: NO_END,
    leadTimeDays: weeks(4),
    regulation: 'Flag',
    basis: 'knowledge',
    sources: [],
  },
  {
    code: 'CK-COOK',
    name: { en: 'Ship’s cook', fr: 'Cuisinier de navire' },
    holder: certificate(),
    required: DATED,
    validity: PRINTED,
    leadTimeDays: weeks(8),
    regulation: 'MLC A3.2',
    basis: 'sourced',
    sources: [SOURCES.mlcCook, SOURCES.australiaRatings],
    notes: 'Eighteen years or older; not where the prescribed manning is under ten.',
  },
  {
    code: 'BK-CHK',
    name: { en: 'Background check', fr: 'Vérification des antécédents' },
    holder: certificate(),
    required: DATED,
    validity: { rule: 'issue_plus', months: 24 },
    leadTimeDays: 10,
    basis: 'estimate',
    sources: [],
    notes: 'By client; two years is the rule of one provider.',
  },
];
