/** The kinds of certificate of contract C, after the STCW convention's families. */
export const CERTIFICATE_TYPES = [
  'stcw_basic_safety',
  'deck_certificate',
  'gmdss_endorsement',
  'oil_tanker_endorsement',
  'medical',
  'flag_certificate',
  'other',
] as const;
export type CertificateType = (typeof CERTIFICATE_TYPES)[number];

export const VALIDITY_RULES = ['printed', 'issue_plus', 'none', 'revalidation'] as const;
export const VALIDITY_BASES = ['issue', 'course', 'previous_end'] as const;
export const KIND_BASES = ['sourced', 'knowledge', 'estimate'] as const;

/** What proves it. */
export type KindHolder =
  | { credential: 'certificate'; certificateType: CertificateType }
  | { credential: 'identity_document'; documentType: string };

/** The fields that a new paper of the kind has to have. */
export interface RequiredFields {
  number?: boolean;
  authority?: boolean;
  issueDate?: boolean;
  expiryDate?: boolean;
  file?: boolean;
}

/** How long a paper of the kind is good for; `endOf` reckons with it. */
export interface Validity {
  /**
   * `printed`: as printed, without an end when nothing is printed. `issue_plus`: `months` after the base date. `none`: no end unless one is
   * printed for it. `revalidation`: the printed end, after which it has to be shown anew that the holder can do it; `months` after the base
   * date where none is printed.
   */
  rule: (typeof VALIDITY_RULES)[number];
  months?: number;
  /** What the months are counted from; the day of issue when left out. */
  base?: (typeof VALIDITY_BASES)[number];
  /** To the last day of the month in which it would end. */
  endOfMonth?: boolean;
  /** For a holder who is younger than `age` on the day of issue. */
  under?: { age: number; months: number };
  /** The computed end holds even where a later one is printed. Otherwise a printed end stands. */
  cuts?: boolean;
  ignoresPrinted?: boolean;
  /** It counts from this many days after the day of issue. */
  startsAfterDays?: number;
  /** A printed end later than this many months after the day of issue is worth a second look. */
  longestMonths?: number;
}

/** What papers of one kind are, and the rules for them. Other kinds are named by their codes. */
export interface KindDefinition {
  code: string;
  name: { en: string; fr?: string };
  holder: KindHolder;
  required: RequiredFields;
  validity: Validity;
  /** It is worth nothing without a paper of one of these kinds: it ends with the certificate behind it. */
  parents?: string[];
  /** It stands in for these for a while. */
  provisionalFor?: string[];
  /** What a paper of this kind usually proves besides. */
  lines?: string[];
  /** Days that a new one takes, from the application; the upper bound. */
  leadTimeDays?: number;
  /** A check that is repeated, with or without a file: days for which one counts. */
  greatestAgeDays?: number;
  /** Offered when a paper of the kind is recorded; states as ISO 3166-1 alpha-3. */
  authorities?: string[];
  states?: string[];
  /** Where in the convention, code or law it stands. */
  regulation?: string;
  /** `sourced`: read in one of the sources. `knowledge`, `estimate`: a default that the office should look at. */
  basis: (typeof KIND_BASES)[number];
  sources: string[];
  notes?: string;
}

/** A kind as an organisation has it at one moment. */
export interface Kind {
  id: string;
  definition: KindDefinition;
  /** Of the catalogue, of the catalogue with changes of the organisation, or its own. */
  origin: (typeof KIND_ORIGINS)[number];
  /** Offered for new papers; those that there are keep their kind. */
  isActive: boolean;
  /** 0 for the catalogue's, then counted with every change. */
  version: number;
}

export const KIND_ORIGINS = ['catalogue', 'changed', 'own'] as const;
