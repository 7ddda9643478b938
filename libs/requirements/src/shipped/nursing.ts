import type { LayerDefinition } from '../requirement';
import { NURSE } from './ranks';
import { SOURCES } from './sources';
import { ask, kind, layer, oneOf, ranks } from './terms';

/** Of a list of excluded people that is looked at every month. */
const MONTH_DAYS = 31;

/** Small, for wards in the United States. In which state a licence is good, and where its holder lives, is not judged. */
export const NURSING_LAYERS: readonly LayerDefinition[] = [
  layer({
    code: 'RN-WARD',
    name: { en: 'Registered nurse, ward', fr: 'Infirmier, service' },
    scope: 'rank',
    applies: [ranks(...NURSE)],
    requirements: [
      ask('licence', oneOf('HC-RN', 'HC-MSL')),
      ask('life-support', kind('HC-BLS'), { basis: 'company' }),
      ask('tuberculosis', kind('HC-TB')),
      ask('immunity', kind('HC-IMM'), { basis: 'company' }),
      ask('background', kind('HC-BGC')),
      ask('exclusion-list', kind('HC-OIG'), { greatestAgeDays: MONTH_DAYS }),
    ],
    sources: [SOURCES.nursingCompact, SOURCES.tuberculosis],
    notes: 'Bases are from knowledge: look at your state’s and your hospital’s own.',
  }),
  layer({
    code: 'RN-INTENSIVE',
    name: { en: 'Intensive care and emergency', fr: 'Soins intensifs et urgences' },
    scope: 'client',
    applies: [ranks(...NURSE), { fact: 'department', in: ['icu', 'intensive_care', 'emergency'] }],
    requirements: [ask('advanced-life-support', kind('HC-ACLS'), { basis: 'company' })],
    notes: 'From knowledge of the trade.',
  }),
  layer({
    code: 'RN-CHILDREN',
    name: { en: 'Children’s ward', fr: 'Pédiatrie' },
    scope: 'client',
    applies: [ranks(...NURSE), { fact: 'department', in: ['pediatrics', 'children'] }],
    requirements: [ask('childrens-life-support', kind('HC-PALS'), { basis: 'company' })],
    notes: 'From knowledge of the trade.',
  }),
];
