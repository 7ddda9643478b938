import type { Schemas } from '../api/client';
import { defineMessages } from '../i18n/catalogue';
import { useText } from '../i18n/intl';
import type { Option } from './fields';

export const CERTIFICATE_TYPES = [
  'stcw_basic_safety',
  'deck_certificate',
  'gmdss_endorsement',
  'oil_tanker_endorsement',
  'medical',
  'flag_certificate',
  'other',
] as const satisfies readonly Schemas['CertificateResponse']['certificateType'][];
export const ROLES = ['admin', 'office-admin', 'office-employee', 'crew-member'] as const;
export const MEMBERSHIP_STATES = ['active', 'deactivated'] as const;
export const PROFILE_STATES = ['incomplete', 'in_review', 'action_needed', 'approved'] as const;
export const VERIFICATION_STATUSES = ['not_submitted', 'pending', 'verified', 'rejected'] as const;
export const VALIDITY_STATUSES = ['valid', 'expiring_soon', 'expired'] as const;
export const TARGET_TYPES = [
  'certificate',
  'diploma',
  'identity_document',
] as const satisfies readonly Schemas['QueueEntryResponse']['targetType'][];
/** How something can have been checked. */
export const CHECK_METHODS = [
  'document_only',
  'original_seen',
  'issuer_contacted',
  'issuer_register',
  'other',
] as const;
export const IDENTITY_DOCUMENT_TYPES = [
  'passport',
  'seamans_book',
  'seafarers_identity_document',
  'visa',
] as const satisfies readonly Schemas['IdentityDocumentResponse']['documentType'][];

export type CheckMethod = (typeof CHECK_METHODS)[number];
export type CertificateType = (typeof CERTIFICATE_TYPES)[number];
export type Role = (typeof ROLES)[number];

const messages = defineMessages({
  en: {
    stcw_basic_safety: 'STCW basic safety',
    deck_certificate: 'Deck certificate',
    gmdss_endorsement: 'GMDSS endorsement',
    oil_tanker_endorsement: 'Oil tanker endorsement',
    medical: 'Medical certificate',
    flag_certificate: 'Flag state certificate',
    other: 'Other certificate',
    admin: 'Administrator',
    'office-admin': 'Office administrator',
    'office-employee': 'Office employee',
    'crew-member': 'Professional',
    active: 'Active',
    deactivated: 'Deactivated',
    incomplete: 'Incomplete',
    in_review: 'In review',
    action_needed: 'Action needed',
    approved: 'Approved',
    not_submitted: 'Not submitted',
    pending: 'Waiting for review',
    verified: 'Verified',
    rejected: 'Rejected',
    valid: 'In date',
    expiring_soon: 'Expiring soon',
    expired: 'Expired',
    certificate: 'Certificate',
    diploma: 'Diploma',
    identity_document: 'Identity document',
    passport: 'Passport',
    seamans_book: 'Seaman’s book',
    seafarers_identity_document: 'Seafarers’ identity document',
    visa: 'Visa',
    noFile: 'No file',
    uploadPending: 'Waiting for the file',
    uploaded: 'Being checked',
    ready: 'File checked',
    infected: 'Malware found',
    failed: 'File refused',
    document_only: 'The document only',
    original_seen: 'Original seen',
    issuer_contacted: 'Issuer contacted',
    issuer_register: 'Issuer’s register',
    otherMethod: 'Another way',
  },
  fr: {
    stcw_basic_safety: 'Sécurité de base STCW',
    deck_certificate: 'Brevet pont',
    gmdss_endorsement: 'Visa SMDSM',
    oil_tanker_endorsement: 'Visa pétrolier',
    medical: 'Certificat médical',
    flag_certificate: 'Certificat du pavillon',
    other: 'Autre certificat',
    admin: 'Administrateur',
    'office-admin': 'Responsable de bureau',
    'office-employee': 'Employé de bureau',
    'crew-member': 'Professionnel',
    active: 'Actif',
    deactivated: 'Désactivé',
    incomplete: 'Incomplet',
    in_review: 'En examen',
    action_needed: 'Action requise',
    approved: 'Approuvé',
    not_submitted: 'Non soumis',
    pending: 'En attente d’examen',
    verified: 'Vérifié',
    rejected: 'Refusé',
    valid: 'En cours de validité',
    expiring_soon: 'Expire bientôt',
    expired: 'Expiré',
    certificate: 'Certificat',
    diploma: 'Diplôme',
    identity_document: 'Pièce d’identité',
    passport: 'Passeport',
    seamans_book: 'Livret de marin',
    seafarers_identity_document: 'Pièce d’identité des gens de mer',
    visa: 'Visa',
    noFile: 'Sans fichier',
    uploadPending: 'Fichier attendu',
    uploaded: 'En cours de contrôle',
    ready: 'Fichier contrôlé',
    infected: 'Logiciel malveillant',
    failed: 'Fichier refusé',
    document_only: 'Le document seulement',
    original_seen: 'Original vu',
    issuer_contacted: 'Émetteur contacté',
    issuer_register: 'Registre de l’émetteur',
    otherMethod: 'Autrement',
  },
});

export type Label = keyof (typeof messages)['en'];

/** The words for the API's fixed values; a value that is none of them (a diploma's title) is its own word. */
export function useLabels() {
  const t = useText(messages);
  const label = (value: string): string => (value in messages.en ? t(value as Label) : value);
  const methodLabel = (value: CheckMethod): string => t(value === 'other' ? 'otherMethod' : value);
  return {
    label,
    methodLabel,
    options: <V extends string>(values: readonly V[]): Option<V>[] =>
      values.map((value) => ({ value, label: label(value) })),
  };
}
