import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource, EntityManager } from 'typeorm';
import { Audit, changesOf } from '#libs/audit';
import { type Actor, Rights } from '#libs/auth';
import { Clock, dateIn, fieldProblem, isUsualYear, requireMatch } from '#libs/common';
import { Batch, violatesForeignKey, violatesUnique } from '#libs/database';
import { People } from '#libs/users';
import { etagOf, type KnownParticulars } from './known-particulars';
import type { UpdateParticularsDto } from './particulars.dto';
import { DUTIES } from './particulars.entity';
import { employeeNumberTaken, particularsDaysRefused, vesselUnknown } from './particulars.errors';
import { sent } from './sent';
import { Vessel } from './vessel.entity';

const GET = `
  select $2::uuid as "userUuid", p.rank, p.department, p.vessel_id as "vesselId", v.name as "vesselName",
         coalesce(p.duties, '{}') as duties, p.date_of_birth as "dateOfBirth", p.nationality,
         p.residence_state as "residenceState", p.joined_on as "joinedOn", p.employee_number as "employeeNumber",
         p.updated_at as "updatedAt", coalesce(p.revision, 0) as revision
  from (select 1) one
  left join particulars p on p.organization_id = $1 and p.user_uuid = $2
  left join vessels v on v.organization_id = $1 and v.id = p.vessel_id`;

const PUT = `
  insert into particulars (organization_id, user_uuid, rank, department, vessel_id, duties, date_of_birth, nationality,
    residence_state, joined_on, employee_number, created_at, updated_at)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $12)
  on conflict (organization_id, user_uuid) do update set rank = excluded.rank, department = excluded.department,
    vessel_id = excluded.vessel_id, duties = excluded.duties, date_of_birth = excluded.date_of_birth,
    nationality = excluded.nationality, residence_state = excluded.residence_state, joined_on = excluded.joined_on,
    employee_number = excluded.employee_number, updated_at = excluded.updated_at`;

/** What an organisation knows of its people besides their names. */
@Injectable()
export class PeoplesParticulars {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly people: People,
    private readonly audit: Audit,
    private readonly rights: Rights,
    private readonly clock: Clock,
  ) {}

  /** @throws person_not_found */
  async get(actor: Actor, userUuid: string): Promise<KnownParticulars> {
    const person = await this.people.getByUuid(actor, userUuid);
    return this.read(this.dataSource.manager, actor, person.uuid);
  }

  /** @throws person_not_found, changed_since_read, vessel_unknown, state_unknown, particulars_days_refused, employee_number_taken */
  async update(actor: Actor, userUuid: string, dto: UpdateParticularsDto, ifMatch?: string): Promise<KnownParticulars> {
    const person = await this.people.getByUuid(actor, userUuid);
    try {
      return await this.dataSource.transaction((tx) => this.change(tx, actor, person.uuid, dto, ifMatch));
    } catch (error) {
      if (violatesUnique(error, 'particulars_organization_employee_number_key')) {
        throw fieldProblem(employeeNumberTaken, 'employeeNumber');
      }
      // It was removed at this moment.
      if (violatesForeignKey(error, 'particulars_vessel_fkey')) throw fieldProblem(vesselUnknown, 'vesselId');
      throw error;
    }
  }

  private async change(
    tx: EntityManager,
    actor: Actor,
    userUuid: string,
    dto: UpdateParticularsDto,
    ifMatch?: string,
  ): Promise<KnownParticulars> {
    // There may be no row yet that could be locked.
    const lock = `particulars ${actor.organizationId} ${userUuid}`;
    await tx.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [lock]);
    await this.rights.confirm(actor, tx);
    const before = await this.read(tx, actor, userUuid);
    requireMatch(ifMatch, etagOf(before));
    const given = inOrder(sent(dto, 'nationality', 'residenceState'));
    const changes = changesOf<UpdateParticularsDto>(before, given);
    if (Object.keys(changes).length === 0) return before;
    this.requireDays(actor, { ...before, ...given });
    if (changes['vesselId']) await requireVessel(tx, actor, given.vesselId);
    const known = { ...before, ...given };
    const writes = new Batch(tx).add(PUT, [
      ...[actor.organizationId, userUuid, known.rank, known.department, known.vesselId, known.duties],
      ...[known.dateOfBirth, known.nationality, known.residenceState, known.joinedOn, known.employeeNumber],
      this.clock.now(),
    ]);
    this.audit.add(writes, actor, {
      action: 'particulars.update',
      targetType: 'particulars',
      targetId: userUuid,
      subject: userUuid,
      changes,
    });
    await writes.send();
    return this.read(tx, actor, userUuid);
  }

  private async read(tx: EntityManager, actor: Actor, userUuid: string): Promise<KnownParticulars> {
    const [found] = await tx.query<[KnownParticulars]>(GET, [actor.organizationId, userUuid]);
    return found;
  }

  private requireDays(actor: Actor, { dateOfBirth, joinedOn }: UpdateParticularsDto): void {
    const today = dateIn(actor.timeZone, this.clock.now());
    if (dateOfBirth && (!isUsualYear(dateOfBirth) || dateOfBirth > today)) {
      throw fieldProblem(particularsDaysRefused, 'dateOfBirth');
    }
    if (joinedOn && (!isUsualYear(joinedOn) || (dateOfBirth && joinedOn <= dateOfBirth))) {
      throw fieldProblem(particularsDaysRefused, 'joinedOn');
    }
  }
}

/** Each duty once, so that the same ones are the same. */
function inOrder<T extends UpdateParticularsDto>(given: T): T {
  const { duties } = given;
  return duties ? { ...given, duties: DUTIES.filter((duty) => duties.includes(duty)) } : given;
}

/** @throws vessel_unknown */
async function requireVessel(tx: EntityManager, { organizationId }: Actor, id?: string | null): Promise<void> {
  if (id && !(await tx.existsBy(Vessel, { id, organizationId }))) throw fieldProblem(vesselUnknown, 'vesselId');
}
