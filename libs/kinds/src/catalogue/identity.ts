import type { KindDefinition } from '../kind-definition';
import { identityDocument, PRINTED, weeks } from './terms';

const FIELDS = { number: true, authority: true, issueDate: true };

/** What a seafarer travels and signs on with. */
export const IDENTITY_KINDS: readonly KindDefinition[] = [
  {
    code: 'ID-PASS',
    name: { en: 'Passport', fr: 'Passeport' },
    holder: identityDocument('passport'),
    required: { ...FIELDS, expiryDate: true },
    validity: PRINTED,
    leadTimeDays: weeks(8),
    regulation: 'National law',
    basis: 'knowledge',
    sources: [],
    notes: 'Six months past the end of the contract is the usual margin.',
  },
  {
    code: 'ID-SB',
    name: { en: 'Seafarer’s book (discharge book)', fr: 'Livret de marin' },
    holder: identityDocument('seamans_book'),
    required: FIELDS,
    validity: PRINTED,
    leadTimeDays: weeks(6),
    regulation: 'National law, flag',
    basis: 'knowledge',
    sources: [],
    notes: 'Some flags ask for a book of their own.',
  },
  {
    code: 'ID-SID',
    name: { en: 'Seafarers’ identity document', fr: 'Pièce d’identité des gens de mer' },
    holder: identityDocument('seafarers_identity_document'),
    required: { ...FIELDS, expiryDate: true },
    validity: { ...PRINTED, longestMonths: 120 },
    leadTimeDays: weeks(4),
    regulation: 'ILO C185',
    basis: 'knowledge',
    sources: [],
    notes: 'Where the port asks for it.',
  },
  {
    code: 'ID-VISA',
    name: { en: 'Visa', fr: 'Visa' },
    holder: identityDocument('visa'),
    required: { ...FIELDS, expiryDate: true },
    validity: PRINTED,
    leadTimeDays: weeks(12),
    regulation: 'National law',
    basis: 'estimate',
    sources: [],
    notes: 'By trading area: C1/D for the United States, Schengen, Australia’s maritime crew visa.',
  },
];
