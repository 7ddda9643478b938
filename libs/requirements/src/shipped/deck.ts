import type { LayerDefinition, Requirement } from '../requirement';
import { AB, CHIEF_MATE, MASTER, OOW_DECK, OS } from './ranks';
import { ADVANCED_TANKER, BASIC_TANKER, recognised } from './officers';
import { ask, duty, ECDIS, GAS, kind, layer, oneOf, ranks, SHIP, TANKER } from './terms';
import { SOURCES } from './sources';

/** What every officer on the bridge has. */
const BRIDGE: Requirement[] = [
  ask('colour-vision', kind('MED-COL')),
  ask('boats', kind('SC-PSCRB')),
  ask('fire', kind('FF-ADV')),
  ask('medical-first-aid', kind('MD-MFA')),
  ask('ecdis', kind('NV-ECDIS'), { when: [ECDIS] }),
  ask('bridge-resources', kind('NV-BRM'), { level: 'recommended' }),
];

const RADIO_RECOGNISED = ask(
  'radio-recognised',
  { recognised: ['RO-GOC'], provisional: false },
  { basis: 'flag', when: [SHIP] },
);

export const DECK_LAYERS: readonly LayerDefinition[] = [
  layer({
    code: 'RANK-MASTER',
    name: { en: 'Master', fr: 'Capitaine' },
    scope: 'rank',
    applies: [ranks(...MASTER)],
    requirements: [
      ask('competence', kind('COC-MAS'), { when: [{ fact: 'gt', min: 3000 }] }),
      ask('competence-3000', oneOf('COC-MAS3', 'COC-MAS'), { when: [{ fact: 'gt', min: 500, below: 3000 }] }),
      ask('competence-500', oneOf('COC-NC', 'COC-MAS3', 'COC-MAS'), { when: [{ fact: 'gt', below: 500 }] }),
      recognised('COC-MAS', 'COC-MAS3', 'COC-NC'),
      ask('radio', kind('RO-GOC')),
      RADIO_RECOGNISED,
      ...BRIDGE,
      ask('medical-care', kind('MD-CARE')),
      ...ADVANCED_TANKER,
    ],
    sources: [SOURCES.stcwChapterII, SOURCES.stcwChapterV, SOURCES.bahamasEndorsements],
  }),
  layer({
    code: 'RANK-CHIEF-MATE',
    name: { en: 'Chief mate', fr: 'Second capitaine' },
    scope: 'rank',
    applies: [ranks(...CHIEF_MATE)],
    requirements: [
      ask('competence', oneOf('COC-CM', 'COC-MAS'), { when: [{ fact: 'gt', min: 3000 }] }),
      ask('competence-3000', oneOf('COC-MAS3', 'COC-CM', 'COC-MAS'), { when: [{ fact: 'gt', below: 3000 }] }),
      recognised('COC-CM', 'COC-MAS', 'COC-MAS3'),
      ask('radio', kind('RO-GOC')),
      RADIO_RECOGNISED,
      ...BRIDGE,
      ask('medical-care', kind('MD-CARE'), { when: [duty('medical')] }),
      ask('security', oneOf('SEC-DSD', 'SEC-SSO'), { when: [duty('security')] }),
      ...ADVANCED_TANKER,
    ],
    sources: [SOURCES.stcwChapterII, SOURCES.stcwChapterV],
  }),
  layer({
    code: 'RANK-OOW-DECK',
    name: { en: 'Officer of the navigational watch', fr: 'Officier chargé du quart à la passerelle' },
    scope: 'rank',
    applies: [ranks(...OOW_DECK)],
    requirements: [
      ask('competence', oneOf('COC-OOWD', 'COC-CM', 'COC-MAS')),
      recognised('COC-OOWD', 'COC-CM', 'COC-MAS'),
      ask('radio-a1', oneOf('RO-GOC', 'RO-ROC'), { when: [{ fact: 'seaArea', in: ['A1'] }] }),
      ask('radio', kind('RO-GOC'), { when: [{ fact: 'seaArea', notIn: ['A1'] }] }),
      ask(
        'radio-recognised',
        { recognised: ['RO-GOC', 'RO-ROC'], provisional: false },
        { basis: 'flag', when: [SHIP] },
      ),
      ...BRIDGE,
      ...BASIC_TANKER,
    ],
    sources: [SOURCES.stcwChapterII, SOURCES.radioByArea],
  }),
  layer({
    code: 'RANK-AB',
    name: { en: 'Able seafarer deck', fr: 'Matelot de quart qualifié' },
    scope: 'rank',
    applies: [ranks(...AB)],
    requirements: [ask('competence', kind('RT-ABD')), ...deckRating()],
    sources: [SOURCES.stcwChapterII, SOURCES.australiaRatings],
  }),
  layer({
    code: 'RANK-OS',
    name: { en: 'Rating of a navigational watch', fr: 'Matelot de quart à la passerelle' },
    scope: 'rank',
    applies: [ranks(...OS)],
    requirements: [ask('competence', oneOf('RT-NW', 'RT-ABD')), ...deckRating()],
    sources: [SOURCES.stcwChapterII, SOURCES.australiaRatings],
  }),
];

function deckRating(): Requirement[] {
  return [
    ask('boats', kind('SC-PSCRB')),
    ask('colour-vision', kind('MED-COL'), { when: [duty('lookout')] }),
    ask('security', oneOf('SEC-DSD', 'SEC-SSO'), { when: [duty('security')] }),
    ask('tanker', oneOf('TK-BOC', 'TK-AO', 'TK-AC'), { when: [TANKER, duty('cargo')] }),
    ask('gas', oneOf('TK-BG', 'TK-AG'), { when: [GAS, duty('cargo')] }),
    ask('fast-rescue-boat', kind('SC-FRB'), { when: [{ fact: 'frb', is: true }, duty('frb')] }),
  ];
}
