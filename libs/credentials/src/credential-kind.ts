import { tellTrail } from '#libs/audit';
import { type CredentialPermissions, type Permission, permitCredentials, scopeCredentials } from '#libs/auth';
import type { ProblemDefinition } from '#libs/common';
import { type PersonalTable, tellPersonalData } from '#libs/database';
import { addTargetType, isInContract } from '#libs/verification';
import type { PaperDescription } from './paper-description';

/** What a lib says of the kind of credential that it keeps. */
export interface CredentialKindDescription {
  /** One word for queue, review and trail, `seaman_book`; from it follow the names of its path parameter and of its permissions. */
  name: string;
  /** The table, and with hyphens the path below /api/v1/crew and the scopes. */
  plural: string;
  /** For sentences, with its article. */
  noun: string;
  /** In the API's document. */
  exampleId: string;
  /** Under which the API's document shows the routes that all kinds have alike. */
  tag: string;
  /** What that tag is about; left out where the document has it already. */
  tagText?: string;
  errors: {
    notFound: ProblemDefinition;
    hasNoFile: ProblemDefinition;
    /** What a decision may be refused for besides what every kind's is. */
    ofDecisions?: readonly ProblemDefinition[];
  };
  /** The column that holds the uuid by which a review knows it. */
  keyColumn: 'id' | 'uuid';
  /** All columns but ids, times and what the review needs: what they say, and to whom. By their names in the database. */
  columns: {
    /** What a list of this kind shows. */
    listed: readonly string[];
    /** What it is looked for by. */
    searched: readonly string[];
    /** What a person who asks for their data is given. */
    exported: readonly string[];
    /** What an erasure empties; the others say nothing of anybody once nobody knows whose they were. */
    erased: readonly string[];
  };
  /** Of what the trail tells of it, the fields whose values may stay for ever: ids, words from fixed lists, dates. */
  impersonal: readonly string[];
  /** What its readers need to read besides. */
  alsoRead?: readonly Permission[];
  /** Where it is of use for what is asked of people: what it says. */
  paper?: PaperDescription;
}

/** A kind of credential, as whatever reads across kinds knows it: queue, register, trail, search, export, erasure. */
export interface CredentialKind extends CredentialKindDescription {
  /** In permissions and in what the trail calls its changes: `seaman-book`. */
  resource: string;
  /** Below /api/v1/crew: `seaman-books`. */
  path: string;
  /** Of its paths: `seaman_book_id`. */
  parameter: string;
  /** In operation ids: `SeamanBook`. */
  title: string;
  permissions: CredentialPermissions;
  /** Contract C speaks of it in its summary, in `verificationState` and in `targetType`. */
  isInContract: boolean;
}

const kinds: CredentialKind[] = [];

/**
 * Makes a kind of credential known, once, when its lib is loaded: to the permissions and scopes, the queue, the trail and the account of
 * personal data. Together with its module in the list of modules this is all that a kind needs to be part of the product.
 */
export function defineCredentialKind<D extends CredentialKindDescription>(description: D): D & CredentialKind {
  const { name, plural, columns, impersonal, alsoRead = [] } = description;
  const resource = resourceOf(name);
  const path = plural.replaceAll('_', '-');
  const permissions = permitCredentials(resource);
  scopeCredentials(path, permissions, alsoRead);
  addTargetType(name, permissions.read);
  tellTrail(name, [...impersonal, 'uploadId', 'verificationStatus', 'submission']);
  tellPersonalData(personalTable(plural, columns));
  const kind = {
    ...description,
    resource,
    path,
    parameter: `${name}_id`,
    title: name.replace(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase()),
    permissions,
    isInContract: isInContract(name),
  };
  kinds.push(kind);
  return kind;
}

/** All kinds whose libs are loaded. */
export function credentialKinds(): readonly CredentialKind[] {
  return kinds;
}

/** `seaman-book` of `seaman_book`. */
export function resourceOf(name: string): string {
  return name.replaceAll('_', '-');
}

function personalTable(table: string, { exported, erased }: CredentialKindDescription['columns']): PersonalTable {
  return {
    table,
    person: 'user_uuid',
    personal: exported,
    impersonal: [],
    files: ['upload_id'],
    erasure: { empty: erased },
  };
}
