import { isDeepStrictEqual } from 'node:util';
import { Injectable } from '@nestjs/common';
import { type EntityManager, In, IsNull } from 'typeorm';
import type { Actor } from '#libs/auth';
import { dateIn, fieldProblem } from '#libs/common';
import {
  CredentialRegister,
  CredentialTools,
  type Given,
  type Preparation,
  RecordedCredentials,
  withState,
} from '#libs/credentials';
import { type CertificateType, Kinds, usualLines } from '#libs/kinds';
import { CERTIFICATE } from './certificate-kind';
import { lineOf } from './certificate-line.dto';
import {
  draftOf,
  requireFields,
  requireFurtherDates,
  requireKind,
  requireOffered,
  requireRenewable,
  suspensionForbidden,
} from './certificate-rules';
import type { UpdateCertificateDto } from './certificate.dto';
import { Certificate } from './certificate.entity';
import { certificateUnknown, linesWithoutKind } from './certificates.errors';

/** As they come in a request. */
type GivenFields = UpdateCertificateDto & { certificateType?: CertificateType | null };

/** Professional certificates of contract C. */
@Injectable()
export class Certificates extends RecordedCredentials<Certificate> {
  constructor(
    tools: CredentialTools,
    private readonly kinds: Kinds,
  ) {
    super(CERTIFICATE, tools);
  }

  /** @throws besides: issuing_state_unknown, and what `linesRefused` lists */
  override async create(actor: Actor, userUuid: string, given: GivenFields): Promise<Certificate> {
    return super.create(actor, userUuid, asKept(given));
  }

  /** @throws besides: field_forbidden, suspension_backwards, issuing_state_unknown, and what `linesRefused` lists */
  override async update(actor: Actor, id: string, given: GivenFields, ifMatch?: string): Promise<Certificate> {
    if (given.suspension !== undefined && !actor.isStaff) throw suspensionForbidden();
    return super.update(actor, id, asKept(given), ifMatch);
  }

  protected override async prepare(
    tx: EntityManager,
    actor: Actor,
    { holderUuid, before, change }: Preparation<Certificate>,
  ): Promise<Given<Certificate>> {
    if ('suspension' in change && before && holderUuid === actor.userUuid) throw suspensionForbidden();
    const prepared = await this.withLines(actor, before, change);
    requireFurtherDates(draftOf(before, prepared), dateIn(actor.timeZone, this.tools.clock.now()));
    await this.requireOthers(tx, actor, holderUuid, before, prepared);
    return prepared;
  }

  /** The lines that follow from the kind. @throws kind_unknown, kind_of_identity_document, kind_not_offered, field_required, lines_without_kind */
  private async withLines(
    actor: Actor,
    before: Certificate | null,
    change: Given<Certificate>,
  ): Promise<Given<Certificate>> {
    const kindId =
      change.certificateKindId === undefined ? (before?.certificateKindId ?? null) : change.certificateKindId;
    if (kindId === null) {
      if (change.lines) throw fieldProblem(linesWithoutKind, 'lines');
      return before?.lines ? { ...change, lines: null } : change;
    }
    const kinds = await this.kinds.of(actor.organizationId);
    const kind = requireKind(kinds, kindId, 'certificateKindId');
    const isNew = before?.certificateKindId !== kindId;
    if (isNew) requireOffered(kind, 'certificateKindId');
    for (const [index, line] of (change.lines ?? []).entries())
      requireKind(kinds, line.kindId, `lines.${index}.kindId`);
    requireFields(kind, draftOf(before, change), (field) => isNew || field in change);
    if (change.lines || (!isNew && change.lines === undefined)) return change;
    const { lines: _, ...rest } = change;
    const lines = usualLines(kind, kinds);
    return isDeepStrictEqual(lines, before?.lines) ? rest : { ...rest, lines };
  }

  /** The certificates that this one names. @throws certificate_unknown, renews_another_kind, renews_later_one */
  private async requireOthers(
    tx: EntityManager,
    { organizationId }: Actor,
    userUuid: string,
    before: Certificate | null,
    change: Given<Certificate>,
  ): Promise<void> {
    const draft = draftOf(before, change);
    const isRenewalNew = (['renewsId', 'certificateKindId', 'issueDate'] as const).some((field) => field in change);
    const named = [isRenewalNew ? draft.renewsId : null, change.endorsesId ?? null];
    const ids = named.filter((id): id is string => id !== null && id !== before?.id);
    const others =
      ids.length === 0
        ? []
        : await tx.find(Certificate, {
            select: { id: true, certificateType: true, certificateKindId: true, issueDate: true },
            where: { id: In(ids), organizationId, userUuid, deletedAt: IsNull() },
          });
    for (const field of ['renewsId', 'endorsesId'] as const) {
      const id = change[field];
      if (id && !others.some((other) => other.id === id)) throw fieldProblem(certificateUnknown, field);
    }
    const renewed = others.find(({ id }) => id === draft.renewsId);
    if (renewed && isRenewalNew) requireRenewable(draft, renewed);
  }
}

/** Those of everybody, for staff. */
@Injectable()
export class CertificateRegister extends CredentialRegister<Certificate> {
  constructor(tools: CredentialTools, certificates: Certificates) {
    super(CERTIFICATE, tools, certificates);
  }
}

/** What was given, in the form in which it is kept. */
function asKept(given: GivenFields): Given<Certificate> {
  const { lines, suspension, ...rest } = withState(given);
  return {
    ...rest,
    ...(lines !== undefined && { lines: lines && lines.map(lineOf) }),
    ...(suspension !== undefined && {
      suspension: suspension && { from: suspension.from, until: suspension.until ?? null, reason: suspension.reason },
    }),
  };
}
