import type { Condition, LayerDefinition } from '../requirement';
import { AB, CHIEF_ENGINEER, CHIEF_MATE, COOK, MASTER, OOW_DECK, OS, PASSENGER_STAFF, SECOND_ENGINEER } from './ranks';
import { SOURCES } from './sources';
import { ask, duty, IGF, kind, layer, oneOf, ranks, SHIP } from './terms';

const PASSENGER: Condition = { fact: 'type', in: ['passenger', 'ro_ro_passenger'] };
const RO_RO: Condition = { fact: 'type', in: ['ro_ro_passenger'] };
const OPEN_WATERS: Condition = { fact: 'polar', in: ['open'] };
const OTHER_WATERS: Condition = { fact: 'polar', in: ['other'] };
const TANKER_OR_PASSENGER: Condition = {
  fact: 'type',
  in: ['oil_tanker', 'chemical_tanker', 'gas_tanker', 'passenger', 'ro_ro_passenger'],
};
const IN_CHARGE = ranks(...MASTER, ...CHIEF_MATE, ...CHIEF_ENGINEER, ...SECOND_ENGINEER);
const MASTER_AND_MATE = ranks(...MASTER, ...CHIEF_MATE);

export const SHIP_LAYERS: readonly LayerDefinition[] = [
  layer({
    code: 'SHIP-PASSENGER',
    name: { en: 'Passenger ship', fr: 'Navire à passagers' },
    scope: 'ship',
    applies: [SHIP, PASSENGER],
    requirements: [
      ask('crowd', kind('PX-CROWD'), { when: [duty('muster')] }),
      ask('service', kind('PX-SERV'), { when: [duty('service')] }),
      ask('crisis', kind('PX-CRISIS'), { when: [IN_CHARGE] }),
      ask('ro-ro-safety', kind('PX-SAFE'), { when: [RO_RO, IN_CHARGE] }),
    ],
    sources: [SOURCES.stcwPassenger],
    notes: 'The familiarisation that everybody on board gets is not a paper, and not asked for here.',
  }),
  layer({
    code: 'SHIP-POLAR',
    name: { en: 'Polar waters', fr: 'Eaux polaires' },
    scope: 'ship',
    applies: [SHIP, { fact: 'polar', in: ['open', 'other'] }],
    requirements: [
      ask('polar-advanced', kind('PO-A'), { when: [OTHER_WATERS, MASTER_AND_MATE] }),
      ask('polar-watch', oneOf('PO-B', 'PO-A'), { when: [OTHER_WATERS, ranks(...OOW_DECK)] }),
      ask('polar-open', oneOf('PO-B', 'PO-A'), {
        when: [OPEN_WATERS, TANKER_OR_PASSENGER, ranks(...MASTER, ...CHIEF_MATE, ...OOW_DECK)],
      }),
    ],
    sources: [SOURCES.norwayPolar, SOURCES.stcwPolar],
  }),
  layer({
    code: 'SHIP-IGF',
    name: { en: 'Gas as fuel', fr: 'Combustible gazeux' },
    scope: 'ship',
    applies: [SHIP, IGF],
    requirements: [
      ask('gas-as-fuel', kind('IG-A'), { when: [ranks(...MASTER)] }),
      ask('gas-as-fuel-duties', oneOf('IG-B', 'IG-A', 'TK-BG', 'TK-AG'), {
        when: [duty('fuel'), ranks(...CHIEF_MATE, ...OOW_DECK, ...AB, ...OS, ...COOK, ...PASSENGER_STAFF)],
      }),
    ],
    sources: [SOURCES.gasAsFuel],
    notes: 'Of engineers and of ratings in the engine room their own sets ask for it.',
  }),
];
