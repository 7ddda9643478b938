import type { LayerDefinition } from '../requirement';
import { MASTER } from './ranks';
import { SOURCES } from './sources';
import { ask, duty, kind, layer, ranks, SHIP } from './terms';

const MEMBER_STATES = [
  ...['AUT', 'BEL', 'BGR', 'CYP', 'CZE', 'DEU', 'DNK', 'ESP', 'EST', 'FIN', 'FRA', 'GRC', 'HRV', 'HUN', 'IRL', 'ITA'],
  ...['LTU', 'LUX', 'LVA', 'MLT', 'NLD', 'POL', 'PRT', 'ROU', 'SVK', 'SVN', 'SWE'],
];
/** Medical care is refreshed at least every five years (Directive 92/29/EEC, article 5). */
const EU_REFRESHER_MONTHS = 60;

const COMPETENCE = [
  ...['COC-OOWD', 'COC-CM', 'COC-MAS', 'COC-MAS3', 'COC-NC', 'COC-OOWE', 'COC-2E', 'COC-CE', 'COC-ETO'],
  ...['RT-NW', 'RT-ABD', 'RT-EW', 'RT-ABE', 'RT-ETR'],
];

/** What single flags ask for or take; and what an office switches on where its flag, client or route does. */
export const FLAG_LAYERS: readonly LayerDefinition[] = [
  layer({
    code: 'FLAG-EU',
    name: { en: 'Flags of the European Union', fr: 'Pavillons de l’Union européenne' },
    scope: 'flag',
    applies: [SHIP, { fact: 'flag', in: MEMBER_STATES }],
    requirements: [
      ask('medical-care', kind('MD-CARE'), {
        basis: 'flag',
        when: [ranks(...MASTER)],
        greatestAgeMonths: EU_REFRESHER_MONTHS,
      }),
      ask('medical-care-delegated', kind('MD-CARE'), {
        basis: 'flag',
        when: [duty('medical')],
        greatestAgeMonths: EU_REFRESHER_MONTHS,
      }),
    ],
    sources: [SOURCES.euMedicalDirective, SOURCES.germanyMedical],
  }),
  layer({
    code: 'FLAG-GBR',
    name: { en: 'Flag of the United Kingdom', fr: 'Pavillon du Royaume-Uni' },
    scope: 'flag',
    applies: [SHIP, { fact: 'flag', in: ['GBR'] }],
    requirements: [],
    covers: COMPETENCE.map((from) => ({ from, to: 'BST-PSSR' })),
    sources: [SOURCES.ukPssr],
    notes:
      'A certificate of competency or of a watch rating is proof of social responsibilities. Read in a commercial page that quotes MIN 729.',
  }),
  layer({
    code: 'COVERS-MEDICAL',
    name: { en: 'Higher medical papers cover lower ones', fr: 'Les titres médicaux supérieurs couvrent les autres' },
    scope: 'flag',
    isActive: false,
    applies: [],
    requirements: [],
    covers: [
      { from: 'MD-CARE', to: 'MD-MFA' },
      { from: 'MD-MFA', to: 'BST-EFA' },
    ],
    notes: 'By flag: switch it on, or make it one flag’s, where yours takes it so.',
  }),
  layer({
    code: 'PSSR-2026',
    name: { en: 'Supplement on violence and harassment', fr: 'Complément violence et harcèlement' },
    scope: 'flag',
    isActive: false,
    applies: [],
    requirements: [ask('supplement-2026', kind('BST-PSSR26'), { basis: 'flag' })],
    sources: [SOURCES.ukPssr],
    notes: 'Only where a flag or company asks for it. Who had the training in 2026 or later has it.',
  }),
  layer({
    code: 'ROUTE-YELLOW-FEVER',
    name: { en: 'Route with yellow fever', fr: 'Route exposée à la fièvre jaune' },
    scope: 'client',
    isActive: false,
    applies: [],
    requirements: [ask('yellow-fever', kind('MED-YF'), { basis: 'company' })],
    sources: [SOURCES.yellowFever],
  }),
  layer({
    code: 'ROUTE-VISA',
    name: { en: 'Route with visa', fr: 'Route soumise à visa' },
    scope: 'client',
    isActive: false,
    applies: [],
    requirements: [ask('visa', kind('ID-VISA'), { basis: 'company' })],
    notes: 'By trading area; from knowledge of the trade.',
  }),
];
