import type { LayerDefinition, Requirement } from '../requirement';
import { CHIEF_ENGINEER, ETO, MOTORMAN, OILER, OOW_ENGINE, SECOND_ENGINEER } from './ranks';
import { SOURCES } from './sources';
import { ADVANCED_TANKER, BASIC_TANKER, recognised } from './officers';
import { ask, duty, GAS, IGF, kind, layer, oneOf, ranks, TANKER } from './terms';

/** What every engineer officer has: III/1 itself contains VI/1 to VI/4. */
const ENGINE_ROOM: Requirement[] = [
  ask('boats', kind('SC-PSCRB')),
  ask('fire', kind('FF-ADV')),
  ask('medical-first-aid', kind('MD-MFA')),
];

const LEADING: Requirement[] = [ask('engine-resources', kind('NV-ERM'), { level: 'recommended' }), ...ADVANCED_TANKER];

const GAS_AS_FUEL = ask('gas-as-fuel', kind('IG-A'), { when: [IGF] });

const FUEL_DUTIES = ask('gas-as-fuel', oneOf('IG-B', 'IG-A', 'TK-BG', 'TK-AG'), { when: [IGF, duty('fuel')] });

export const ENGINE_LAYERS: readonly LayerDefinition[] = [
  layer({
    code: 'RANK-CHIEF-ENGINEER',
    name: { en: 'Chief engineer, 3,000 kW and more', fr: 'Chef mécanicien, 3 000 kW et plus' },
    scope: 'rank',
    applies: [ranks(...CHIEF_ENGINEER)],
    requirements: [ask('competence', kind('COC-CE')), recognised('COC-CE'), ...ENGINE_ROOM, ...LEADING, GAS_AS_FUEL],
    sources: [SOURCES.stcwChapterIII, SOURCES.stcwChapterV],
    notes: 'For less than 3,000 kW an office adds a set of its own with the certificate that its flag asks for.',
  }),
  layer({
    code: 'RANK-SECOND-ENGINEER',
    name: { en: 'Second engineer, 3,000 kW and more', fr: 'Second mécanicien, 3 000 kW et plus' },
    scope: 'rank',
    applies: [ranks(...SECOND_ENGINEER)],
    requirements: [
      ask('competence', oneOf('COC-2E', 'COC-CE')),
      recognised('COC-2E', 'COC-CE'),
      ...ENGINE_ROOM,
      ...LEADING,
      GAS_AS_FUEL,
    ],
    sources: [SOURCES.stcwChapterIII, SOURCES.stcwChapterV],
    notes: 'For less than 3,000 kW an office adds a set of its own with the certificate that its flag asks for.',
  }),
  layer({
    code: 'RANK-OOW-ENGINE',
    name: { en: 'Engineer of the watch', fr: 'Officier mécanicien chargé du quart' },
    scope: 'rank',
    applies: [ranks(...OOW_ENGINE)],
    requirements: [
      ask('competence', oneOf('COC-OOWE', 'COC-2E', 'COC-CE')),
      recognised('COC-OOWE', 'COC-2E', 'COC-CE'),
      ...ENGINE_ROOM,
      ...BASIC_TANKER,
      GAS_AS_FUEL,
    ],
    sources: [SOURCES.stcwChapterIII, SOURCES.gasAsFuel],
  }),
  layer({
    code: 'RANK-ETO',
    name: { en: 'Electro-technical officer', fr: 'Officier électrotechnicien' },
    scope: 'rank',
    applies: [ranks(...ETO)],
    requirements: [
      ask('competence', kind('COC-ETO')),
      recognised('COC-ETO'),
      ...ENGINE_ROOM,
      ask('tanker', oneOf('TK-BOC', 'TK-AO', 'TK-AC'), { when: [TANKER, duty('cargo')] }),
      ask('gas', oneOf('TK-BG', 'TK-AG'), { when: [GAS, duty('cargo')] }),
    ],
    notes: 'That medical first aid is among it is from knowledge of the convention, not read in a source.',
    sources: [SOURCES.stcwChapterIII],
  }),
  layer({
    code: 'RANK-OILER',
    name: { en: 'Rating of an engine-room watch', fr: 'Matelot de quart à la machine' },
    scope: 'rank',
    applies: [ranks(...OILER)],
    requirements: [ask('competence', oneOf('RT-EW', 'RT-ABE')), ...BASIC_TANKER, FUEL_DUTIES],
    sources: [SOURCES.australiaRatings, SOURCES.gasAsFuel],
  }),
  layer({
    code: 'RANK-MOTORMAN',
    name: { en: 'Able seafarer engine', fr: 'Matelot qualifié machine' },
    scope: 'rank',
    applies: [ranks(...MOTORMAN)],
    requirements: [ask('competence', kind('RT-ABE')), ...BASIC_TANKER, FUEL_DUTIES],
    sources: [SOURCES.australiaRatings, SOURCES.gasAsFuel],
  }),
];
