import type { LayerDefinition } from '../requirement';
import { COOK, PASSENGER_STAFF, SEAFARERS } from './ranks';
import { SOURCES } from './sources';
import { ask, ISPS, kind, layer, oneOf, ranks } from './terms';

/** Six months past the end of the contract. */
const PASSPORT_MARGIN_DAYS = 180;
/** To the next port with a doctor, and no longer than this (STCW I/9, MLC A1.2 §9). */
const MEDICAL_GRACE_MONTHS = 3;

export const BASE_LAYERS: readonly LayerDefinition[] = [
  layer({
    code: 'BASE',
    name: { en: 'Every seafarer', fr: 'Tous les gens de mer' },
    scope: 'base',
    applies: [ranks(...SEAFARERS)],
    requirements: [
      ask('passport', kind('ID-PASS'), { basis: 'company', marginDays: PASSPORT_MARGIN_DAYS, marginFrom: 'sign_off' }),
      ask('seamans-book', kind('ID-SB'), { basis: 'company' }),
      ask('medical', kind('MED-STCW'), { graceMonths: MEDICAL_GRACE_MONTHS }),
      ask('survival', kind('BST-PST')),
      ask('fire-fighting', kind('BST-FPFF')),
      ask('first-aid', kind('BST-EFA')),
      ask('social-responsibilities', kind('BST-PSSR')),
      ask('security-awareness', oneOf('SEC-SA', 'SEC-DSD', 'SEC-SSO'), { when: [ISPS] }),
    ],
    covers: [
      { from: 'COC-MAS', to: 'COC-CM' },
      { from: 'COC-CM', to: 'COC-OOWD' },
      { from: 'COC-CE', to: 'COC-2E' },
      { from: 'COC-2E', to: 'COC-OOWE' },
      { from: 'RT-ABD', to: 'RT-NW' },
      { from: 'RT-ABE', to: 'RT-EW' },
      { from: 'SEC-SSO', to: 'SEC-DSD' },
      { from: 'SEC-DSD', to: 'SEC-SA' },
      { from: 'RO-GOC', to: 'RO-ROC' },
      { from: 'TK-AO', to: 'TK-BOC' },
      { from: 'TK-AC', to: 'TK-BOC' },
      { from: 'TK-AG', to: 'TK-BG' },
      { from: 'TK-BG', to: 'IG-B' },
      { from: 'IG-A', to: 'IG-B' },
      { from: 'PO-A', to: 'PO-B' },
      { from: 'BST-PSSR', to: 'BST-PSSR26', issuedFrom: '2026-01-01' },
    ],
    sources: [SOURCES.stcwChapterVI, SOURCES.mlcMedicalGrace, SOURCES.passportMargin, SOURCES.securityCovers],
    notes:
      'That passport and book are the company’s to ask for, and the six months, are from knowledge of the trade. What covers what holds for every flag unless a layer of that flag says otherwise.',
  }),
  layer({
    code: 'RANK-COOK',
    name: { en: 'Ship’s cook', fr: 'Cuisinier de navire' },
    scope: 'rank',
    applies: [ranks(...COOK)],
    requirements: [
      ask('cook', oneOf('CK-COOK', 'FL-DISP'), {
        name: { en: 'Ship’s cook, or a dispensation of the flag', fr: 'Cuisinier de navire, ou dispense du pavillon' },
        when: [{ fact: 'manning', min: 10 }],
      }),
    ],
    sources: [SOURCES.mlcCook, SOURCES.panamaCook],
  }),
  layer({
    code: 'RANK-PASSENGER-STAFF',
    name: { en: 'Staff for passengers', fr: 'Personnel au service des passagers' },
    scope: 'rank',
    applies: [ranks(...PASSENGER_STAFF)],
    requirements: [ask('service', kind('PX-SERV'))],
    sources: [SOURCES.stcwPassenger],
  }),
];
