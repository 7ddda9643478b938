import { BooleanField, EnumField, IntegerField, ObjectField, TextField, TextListField, UuidField } from '#libs/common';
import { catalogueId } from './catalogue/ids';
import {
  CERTIFICATE_TYPES,
  type Kind,
  KIND_BASES,
  KIND_ORIGINS,
  type RequiredFields,
  type Validity,
  VALIDITY_BASES,
  VALIDITY_RULES,
} from './kind-definition';
import { KIND_CREDENTIALS } from './kind.dto';
import { etagOf } from './kinds.service';

export class KindNameResponse {
  @TextField({ maxLength: 200, example: 'Seafarer medical certificate' })
  en: string;

  @TextField({ maxLength: 200, nullable: true, example: 'Certificat médical d’aptitude des gens de mer' })
  fr: string | null;
}

export class RequiredFieldsResponse {
  @BooleanField({ example: false })
  number: boolean;

  @BooleanField({ example: true })
  authority: boolean;

  @BooleanField({ example: true })
  issueDate: boolean;

  @BooleanField({ example: false })
  expiryDate: boolean;

  @BooleanField({ example: false })
  file: boolean;

  static from(required: RequiredFields): RequiredFieldsResponse {
    const { number = false, authority = false, issueDate = false, expiryDate = false, file = false } = required;
    return { number, authority, issueDate, expiryDate, file };
  }
}

export class ValidityResponse {
  @EnumField(VALIDITY_RULES, { example: 'issue_plus' })
  rule: string;

  @IntegerField({ nullable: true, example: 24 })
  months: number | null;

  @EnumField(VALIDITY_BASES, { description: 'What the months are counted from', example: 'issue' })
  base: string;

  @BooleanField({ description: 'To the last day of that month', example: false })
  endOfMonth: boolean;

  @IntegerField({ nullable: true, description: 'For holders younger than this on the day of issue', example: 18 })
  underAge: number | null;

  @IntegerField({ nullable: true, description: 'these months count', example: 12 })
  underMonths: number | null;

  @BooleanField({ description: 'The counted end holds even where a later one is printed', example: true })
  cuts: boolean;

  @BooleanField({ description: 'A printed end does not count', example: false })
  ignoresPrinted: boolean;

  @IntegerField({ description: 'It counts from this many days after the day of issue', example: 0 })
  startsAfterDays: number;

  @IntegerField({
    nullable: true,
    description: 'A printed end later than this many months after the day of issue is worth a second look',
    example: null,
  })
  longestMonths: number | null;

  static from(validity: Validity): ValidityResponse {
    return {
      rule: validity.rule,
      months: validity.months ?? null,
      base: validity.base ?? 'issue',
      endOfMonth: validity.endOfMonth ?? false,
      underAge: validity.under?.age ?? null,
      underMonths: validity.under?.months ?? null,
      cuts: validity.cuts ?? false,
      ignoresPrinted: validity.ignoresPrinted ?? false,
      startsAfterDays: validity.startsAfterDays ?? 0,
      longestMonths: validity.longestMonths ?? null,
    };
  }
}

export class KindResponse {
  @UuidField({ example: catalogueId('MED-STCW') })
  id: string;

  @TextField({ maxLength: 20, example: 'MED-STCW' })
  code: string;

  @EnumField(KIND_ORIGINS, {
    description:
      "Of the catalogue that comes with the product, of it with changes of the organisation, or the organisation's own",
    example: 'catalogue',
  })
  origin: string;

  @BooleanField({ description: 'Offered for new papers', example: true })
  isActive: boolean;

  @IntegerField({ description: '0: as it is in the catalogue; then counted with every change', example: 0 })
  version: number;

  @ObjectField(() => KindNameResponse)
  name: KindNameResponse;

  @EnumField(KIND_CREDENTIALS, { description: 'What papers are of this kind', example: 'certificate' })
  credential: string;

  @EnumField(CERTIFICATE_TYPES, {
    nullable: true,
    description: 'The type that its certificates usually have; null for identity documents',
    example: 'medical',
  })
  certificateType: string | null;

  @TextField({ maxLength: 40, nullable: true, description: 'The type of identity document', example: null })
  documentType: string | null;

  @ObjectField(() => RequiredFieldsResponse, { description: 'The fields that a new paper has to have' })
  required: RequiredFieldsResponse;

  @ObjectField(() => ValidityResponse, { description: 'How long one is good for' })
  validity: ValidityResponse;

  @TextListField({ description: 'Codes of kinds of which there has to be a paper behind it', example: [] })
  parents: string[];

  @TextListField({ description: 'Codes of kinds for which it stands in for a while', example: [] })
  provisionalFor: string[];

  @TextListField({ description: 'Codes of what a paper of this kind usually proves besides', example: ['MED-COL'] })
  lines: string[];

  @IntegerField({ nullable: true, description: 'Days to get a new one; the upper bound of an estimate', example: 14 })
  leadTimeDays: number | null;

  @IntegerField({
    nullable: true,
    description: 'Of a check that is repeated: days for which one counts',
    example: null,
  })
  greatestAgeDays: number | null;

  @TextListField({ description: 'Offered when a paper of the kind is recorded', example: [] })
  authorities: string[];

  @TextListField({ description: 'States offered', example: [] })
  states: string[];

  @TextField({ maxLength: 200, nullable: true, example: 'STCW I/9, MLC A1.2' })
  regulation: string | null;

  @EnumField(KIND_BASES, {
    description:
      '`sourced`: read in one of the sources; `knowledge` and `estimate` are defaults that the office should look at',
    example: 'sourced',
  })
  basis: string;

  @TextListField({ description: 'Addresses of where it can be read', example: [] })
  sources: string[];

  @TextField({ maxLength: 2000, nullable: true, example: null })
  notes: string | null;

  static from(kind: Kind): KindResponse {
    const { id, definition, origin, isActive, version } = kind;
    const { holder } = definition;
    return {
      id,
      code: definition.code,
      origin,
      isActive,
      version,
      name: { en: definition.name.en, fr: definition.name.fr ?? null },
      credential: holder.credential,
      certificateType: holder.credential === 'certificate' ? holder.certificateType : null,
      documentType: holder.credential === 'identity_document' ? holder.documentType : null,
      required: RequiredFieldsResponse.from(definition.required),
      validity: ValidityResponse.from(definition.validity),
      parents: definition.parents ?? [],
      provisionalFor: definition.provisionalFor ?? [],
      lines: definition.lines ?? [],
      leadTimeDays: definition.leadTimeDays ?? null,
      greatestAgeDays: definition.greatestAgeDays ?? null,
      authorities: definition.authorities ?? [],
      states: definition.states ?? [],
      regulation: definition.regulation ?? null,
      basis: definition.basis,
      sources: definition.sources,
      notes: definition.notes ?? null,
    };
  }

  static etag(kind: Kind): string {
    return etagOf(kind);
  }
}
