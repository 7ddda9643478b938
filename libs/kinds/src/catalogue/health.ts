import type { KindDefinition } from '../kind-definition';
import { SOURCES } from './sources';
import { certificate, DATED, NO_END, weeks } from './terms';

/** What a doctor says, and a clinic. */
export const HEALTH_KINDS: readonly KindDefinition[] = [
  {
    code: 'MED-STCW',
    name: { en: 'Seafarer medical certificate', fr: 'Certificat médical d’aptitude des gens de mer' },
    holder: certificate('medical'),
    required: DATED,
    validity: { rule: 'issue_plus', months: 24, under: { age: 18, months: 12 }, cuts: true },
    lines: ['MED-COL'],
    leadTimeDays: weeks(2),
    regulation: 'STCW I/9, MLC A1.2',
    basis: 'sourced',
    sources: [SOURCES.mlcMedical, SOURCES.mlcMedicalGrace, SOURCES.seafarersRightsMedical, SOURCES.singaporeMedical],
    notes:
      'Two years at most, one for those under 18; the age is that on the day of issue, which is our reading: neither text says which day counts. An earlier printed day holds.',
  },
  {
    code: 'MED-COL',
    name: { en: 'Colour vision', fr: 'Vision des couleurs' },
    holder: certificate('medical'),
    required: DATED,
    validity: { rule: 'issue_plus', months: 72, cuts: true },
    leadTimeDays: weeks(2),
    regulation: 'STCW I/9, MLC A1.2',
    basis: 'sourced',
    sources: [SOURCES.mlcMedical, SOURCES.seafarersRightsMedical],
    notes:
      'Six years from the test, which stands on the medical with a day of its own. For look-outs; of engineers by flag.',
  },
  {
    code: 'MED-YF',
    name: { en: 'Yellow fever vaccination', fr: 'Vaccination contre la fièvre jaune' },
    holder: certificate('medical'),
    required: DATED,
    validity: { ...NO_END, ignoresPrinted: true, startsAfterDays: 10 },
    leadTimeDays: weeks(2),
    regulation: 'International Health Regulations, annex 7',
    basis: 'sourced',
    sources: [SOURCES.whoYellowFever],
    notes:
      'From the tenth day after the injection and for life since 11 July 2016, also with an old card on which an end is printed.',
  },
  {
    code: 'MED-PEME',
    name: { en: 'Company medical (pre-employment)', fr: 'Visite médicale de l’employeur' },
    holder: certificate('medical'),
    required: DATED,
    validity: { rule: 'issue_plus', months: 24 },
    leadTimeDays: weeks(1),
    basis: 'estimate',
    sources: [],
    notes: 'By client.',
  },
  {
    code: 'MED-DA',
    name: { en: 'Drug and alcohol test', fr: 'Dépistage de drogue et d’alcool' },
    holder: certificate('medical'),
    required: DATED,
    validity: { rule: 'issue_plus', months: 12 },
    leadTimeDays: weeks(1),
    basis: 'estimate',
    sources: [],
    notes: 'By client.',
  },
];
