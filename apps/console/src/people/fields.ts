import type { messages } from './messages';

export type Text = keyof (typeof messages)['en'];

export interface Field {
  label: Text;
  /** How it is typed, and how its value is written. */
  as: 'type' | 'title' | 'text' | 'lines' | 'state' | 'day' | 'file' | 'kind' | 'paper';
  isRequired?: true;
  /** The API's limit (openapi.json). */
  maxLength?: number;
  /** Of the hints of each type, `hint_<type>_<hint>`. */
  hint?: 'number' | 'expiry';
  isPast?: true;
  /** The server's name, where it is another one. */
  wire?: string;
  /** In one line with others: what is said of its value `{date}`, and what without one. */
  inLine?: { with?: Text; without?: Text };
}

/** Every field of any paper; which of them a paper has is said by its kind. */
export const FIELDS = {
  certificateType: { label: 'type', as: 'type', isRequired: true },
  certificateKindId: { label: 'certificateKind', as: 'kind' },
  certificateNumber: {
    label: 'number',
    as: 'text',
    maxLength: 100,
    hint: 'number',
    inLine: { without: 'noNumber' },
  },
  issuingAuthority: { label: 'authority', as: 'text', maxLength: 200 },
  documentType: { label: 'documentType', as: 'type', isRequired: true },
  documentNumber: {
    label: 'number',
    as: 'text',
    maxLength: 100,
    hint: 'number',
    inLine: { without: 'noNumber' },
  },
  issuingState: { label: 'issuingState', as: 'state' },
  issueDate: { label: 'issueDate', as: 'day' },
  expiryDate: {
    label: 'expiryDate',
    as: 'day',
    hint: 'expiry',
    inLine: { with: 'validUntil', without: 'noExpiry' },
  },
  renewsId: { label: 'renews', as: 'paper' },
  notes: { label: 'notes', as: 'lines', maxLength: 2000 },
  titleId: { label: 'title', as: 'title', isRequired: true },
  obtained: { label: 'obtained', as: 'day', isPast: true, wire: 'obtainedAt', inLine: { with: 'obtainedOn' } },
  uploadId: { label: 'file', as: 'file' },
} as const satisfies Record<string, Field>;

export type FieldName = keyof typeof FIELDS;

export const fieldOf = (name: FieldName): Field => FIELDS[name];
export const wireName = (name: FieldName): string => fieldOf(name).wire ?? name;
