import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource, EntityManager } from 'typeorm';
import { Audit, changesOf } from '#libs/audit';
import { type Actor, Rights } from '#libs/auth';
import { addMonths, Clock, dateIn, fieldProblem, isUsualYear, newId } from '#libs/common';
import { type Paper, papersOf, papersSql } from '#libs/credentials';
import { Batch } from '#libs/database';
import { catalogueId } from '#libs/kinds';
import { People } from '#libs/users';
import { isStatutory, type Need, type Requirement } from './requirement';
import { RequirementSets } from './requirement-sets.service';
import {
  dispensationNeeded,
  neverDispensed,
  ownWaiver,
  requirementUnknown,
  waiverDaysRefused,
  waiverNotFound,
} from './requirements.errors';
import type { WaiverDto } from './waiver.dto';
import { StoredWaiver } from './waiver.entity';

/** Longer is a change of what is asked for. */
const MOST_MONTHS = 24;
/** STCW article VIII. */
const MOST_DISPENSED_MONTHS = 6;
const MOST_LISTED = 500;
const RADIO = ['RO-GOC', 'RO-ROC'];
const DISPENSATION = catalogueId('FL-DISP');

/** What an answer about somebody's fitness needs of their waivers, for a statement of another lib: a JSON array. `moment`: as it was then. */
export function waiversSql(organizationId: string, userUuid: string, moment?: string): string {
  const isThere = moment
    ? `w.created_at <= ${moment} and (w.revoked_at is null or w.revoked_at > ${moment})`
    : 'w.revoked_at is null';
  return `(
    select coalesce(jsonb_agg(jsonb_build_object('id', w.id, 'layerId', w.set_id, 'requirementCode', w.requirement_code,
      'startsOn', w.starts_on, 'endsOn', w.ends_on, 'dispensationId', w.dispensation_id)), '[]')
    from waivers w where w.organization_id = ${organizationId} and w.user_uuid = ${userUuid} and ${isThere})`;
}

const PAPERS = `select ${papersSql('$1', '$2')} as papers`;

/** Leave for people to go without what is asked of them. */
@Injectable()
export class Waivers {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly people: People,
    private readonly sets: RequirementSets,
    private readonly audit: Audit,
    private readonly rights: Rights,
    private readonly clock: Clock,
  ) {}

  /** Newest first, those that were revoked too. @throws person_not_found */
  async list(actor: Actor, userUuid: string): Promise<StoredWaiver[]> {
    const person = await this.people.getByUuid(actor, userUuid);
    return this.dataSource.manager.find(StoredWaiver, {
      where: { organizationId: actor.organizationId, userUuid: person.uuid },
      order: { id: 'DESC' },
      take: MOST_LISTED,
    });
  }

  /**
   * What a convention or a flag asks for takes the flag's own dispensation. Nobody gives leave to themselves.
   * @throws person_not_found, own_waiver, requirement_set_not_found, requirement_unknown, waiver_days_refused, dispensation_needed, never_dispensed
   */
  async create(actor: Actor, userUuid: string, dto: WaiverDto): Promise<StoredWaiver> {
    const person = await this.people.getByUuid(actor, userUuid);
    if (person.uuid === actor.userUuid) throw ownWaiver();
    const { definition } = await this.sets.get(actor, dto.requirementSetId);
    const requirement = definition.requirements.find(({ code }) => code === dto.requirementCode);
    if (!requirement) throw fieldProblem(requirementUnknown, 'requirementCode');
    requireDays(dto, dateIn(actor.timeZone, this.clock.now()));
    return this.dataSource.transaction(async (tx) => {
      await this.rights.confirm(actor, tx);
      await this.requireLeave(tx, actor, person.uuid, requirement, dto);
      const waiver: StoredWaiver = {
        id: newId(),
        organizationId: actor.organizationId,
        userUuid: person.uuid,
        setId: dto.requirementSetId,
        requirementCode: dto.requirementCode,
        startsOn: dto.startsOn,
        endsOn: dto.endsOn,
        reason: dto.reason,
        dispensationId: dto.dispensationId ?? null,
        createdByUserUuid: actor.userUuid,
        createdAt: this.clock.now(),
        revokedByUserUuid: null,
        revokedAt: null,
      };
      const writes = new Batch(tx).insert(StoredWaiver, waiver);
      const { setId, requirementCode, startsOn, endsOn, reason, dispensationId } = waiver;
      this.audit.add(writes, actor, {
        action: 'waiver.create',
        targetType: 'waiver',
        targetId: waiver.id,
        subject: person.uuid,
        changes: changesOf<StoredWaiver>(null, { setId, requirementCode, startsOn, endsOn, reason, dispensationId }),
      });
      await writes.send();
      return waiver;
    });
  }

  /** It ends now; what was answered while it held stays explained. @throws waiver_not_found */
  revoke(actor: Actor, id: string): Promise<void> {
    return this.dataSource.transaction(async (tx) => {
      const where = { id, organizationId: actor.organizationId };
      const waiver = await tx.findOne(StoredWaiver, { where, lock: { mode: 'for_no_key_update' } });
      await this.rights.confirm(actor, tx);
      if (!waiver || waiver.revokedAt !== null) throw waiverNotFound();
      const change = { revokedAt: this.clock.now(), revokedByUserUuid: actor.userUuid };
      const writes = new Batch(tx).update(StoredWaiver, 'id', id, change);
      this.audit.add(writes, actor, {
        action: 'waiver.revoke',
        targetType: 'waiver',
        targetId: id,
        subject: waiver.userUuid,
      });
      await writes.send();
    });
  }

  private async requireLeave(
    tx: EntityManager,
    { organizationId }: Actor,
    userUuid: string,
    requirement: Requirement,
    { dispensationId, startsOn, endsOn }: WaiverDto,
  ): Promise<void> {
    if (!dispensationId) {
      if (isStatutory(requirement)) throw fieldProblem(dispensationNeeded, 'dispensationId');
      return;
    }
    if (kindsOf(requirement.need).some((code) => RADIO.includes(code)))
      throw fieldProblem(neverDispensed, 'requirementCode');
    const [row]: { papers: unknown }[] = await tx.query(PAPERS, [organizationId, userUuid]);
    const paper = papersOf(row?.papers).find(({ id }) => id === dispensationId);
    if (!paper || !isDispensation(paper)) throw fieldProblem(dispensationNeeded, 'dispensationId');
    if (endsOn > addMonths(startsOn, MOST_DISPENSED_MONTHS)) throw fieldProblem(waiverDaysRefused, 'endsOn');
  }
}

/** Verified, and for a ship that it names. */
function isDispensation({ type, review, lines }: Paper): boolean {
  if (type !== 'certificate' || review.status !== 'verified' || !Array.isArray(lines)) return false;
  return (lines as { kindId: string; limits: { vesselImo?: string } | null }[]).some(
    ({ kindId, limits }) => kindId === DISPENSATION && limits?.vesselImo !== undefined,
  );
}

function requireDays({ startsOn, endsOn }: WaiverDto, today: string): void {
  if (!isUsualYear(startsOn)) throw fieldProblem(waiverDaysRefused, 'startsOn');
  if (endsOn < startsOn || endsOn < today || endsOn > addMonths(startsOn, MOST_MONTHS)) {
    throw fieldProblem(waiverDaysRefused, 'endsOn');
  }
}

function kindsOf(need: Need): string[] {
  if ('kind' in need) return [need.kind];
  if ('recognised' in need) return need.recognised;
  return ('allOf' in need ? need.allOf : 'oneOf' in need ? need.oneOf : need.of).flatMap(kindsOf);
}
