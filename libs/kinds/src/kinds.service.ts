import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource, EntityManager } from 'typeorm';
import { Audit, changesOf } from '#libs/audit';
import { type Actor, Rights } from '#libs/auth';
import { Clock, fieldProblem, newId, type Page, requireMatch } from '#libs/common';
import { Batch } from '#libs/database';
import { CATALOGUE_KINDS } from './catalogue/catalogue';
import type { Kind, KindDefinition } from './kind-definition';
import { changed, definitionOf } from './kind-changes';
import { pageOf } from './kind-list';
import { KindVersion } from './kind-version.entity';
import type { CreateKindDto, KindsQuery, UpdateKindDto } from './kind.dto';
import { kindExists, kindNotFound, kindUnknown, monthsMissing, tooManyKinds } from './kinds.errors';

/** They are all looked through to find one. */
const MOST_OWN_KINDS = 500;
/** Organisations whose kinds are kept at hand. */
const MOST_KEPT = 1000;

/** The number of changes that an organisation has made: its kinds are the same as long as that is. For a statement of another lib. */
export function kindChangesSql(organizationId: string): string {
  return `(select count(*)::integer from certificate_kinds where organization_id = ${organizationId})`;
}

const CHANGES = `select ${kindChangesSql('$1')} as changes`;

const NEWEST = `
  select distinct on (id) id, version, definition, is_active as "isActive" from certificate_kinds
  where organization_id = $1 and created_at <= coalesce($2::timestamptz, 'infinity') order by id, version desc`;

/** The kinds of papers of an organisation: those of the catalogue as it has changed them, and its own. */
@Injectable()
export class Kinds {
  private readonly kept = new Map<number, { changes: number; kinds: ReadonlyMap<string, Kind> }>();

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly audit: Audit,
    private readonly rights: Rights,
    private readonly clock: Clock,
  ) {}

  /**
   * All, by id, also those that are no longer offered.
   * @param changes what `kindChangesSql` has answered, where the caller has asked already
   */
  async of(organizationId: number, changes?: number): Promise<ReadonlyMap<string, Kind>> {
    const { manager } = this.dataSource;
    const current = changes ?? (await this.countChanges(manager, organizationId));
    if (current === 0) return CATALOGUE_KINDS;
    const kept = this.kept.get(organizationId);
    if (kept?.changes === current) return kept.kinds;
    const kinds = await this.read(manager, organizationId, null);
    if (this.kept.size >= MOST_KEPT) this.kept.clear();
    this.kept.set(organizationId, { changes: current, kinds });
    return kinds;
  }

  /** All as they were at a moment. */
  asOf(organizationId: number, moment: Date): Promise<ReadonlyMap<string, Kind>> {
    return this.read(this.dataSource.manager, organizationId, moment);
  }

  /** By name. */
  async list(actor: Actor, query: KindsQuery): Promise<Page<Kind>> {
    return pageOf(await this.of(actor.organizationId), query);
  }

  /** @throws kind_not_found */
  async get(actor: Actor, id: string): Promise<Kind> {
    return found(await this.of(actor.organizationId), id);
  }

  /** Adds one of the organisation's own. @throws kind_exists, too_many_kinds, kind_unknown, months_missing */
  create(actor: Actor, dto: CreateKindDto): Promise<Kind> {
    return this.dataSource.transaction(async (tx) => {
      const kinds = await this.lock(tx, actor);
      const all = [...kinds.values()];
      if (all.some(({ definition }) => definition.code === dto.code)) throw fieldProblem(kindExists, 'code');
      if (all.filter(({ origin }) => origin === 'own').length >= MOST_OWN_KINDS) throw tooManyKinds();
      const definition = definitionOf(dto);
      requireSound(definition, kinds);
      const kind: Kind = { id: newId(), definition, origin: 'own', isActive: true, version: 1 };
      await this.store(tx, actor, kind, null);
      return kind;
    });
  }

  /** A new version, of the catalogue's too. @throws kind_not_found, changed_since_read, kind_unknown, months_missing, kind_of_identity_document */
  update(actor: Actor, id: string, dto: UpdateKindDto, ifMatch?: string): Promise<Kind> {
    return this.dataSource.transaction(async (tx) => {
      const kinds = await this.lock(tx, actor);
      const before = found(kinds, id);
      requireMatch(ifMatch, etagOf(before));
      const kind = changed(before, dto);
      if (kind === before) return before;
      requireSound(kind.definition, kinds);
      await this.store(tx, actor, kind, before);
      return kind;
    });
  }

  private async countChanges(manager: EntityManager, organizationId: number): Promise<number> {
    const [row]: { changes: number }[] = await manager.query(CHANGES, [organizationId]);
    return row?.changes ?? 0;
  }

  private async read(
    manager: EntityManager,
    organizationId: number,
    moment: Date | null,
  ): Promise<ReadonlyMap<string, Kind>> {
    const rows: Omit<Kind, 'origin'>[] = await manager.query(NEWEST, [organizationId, moment]);
    const kinds = new Map(CATALOGUE_KINDS);
    for (const row of rows) kinds.set(row.id, { ...row, origin: CATALOGUE_KINDS.has(row.id) ? 'changed' : 'own' });
    return kinds;
  }

  /** Changes of an organisation's kinds come one after the other: none takes the code of another, or is lost. */
  private async lock(tx: EntityManager, actor: Actor): Promise<ReadonlyMap<string, Kind>> {
    await tx.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [`kinds ${actor.organizationId}`]);
    await this.rights.confirm(actor, tx);
    return this.read(tx, actor.organizationId, null);
  }

  private store(tx: EntityManager, actor: Actor, kind: Kind, before: Kind | null): Promise<void> {
    const { id, version, definition, isActive } = kind;
    const writes = new Batch(tx).insert(KindVersion, {
      organizationId: actor.organizationId,
      id,
      version,
      code: definition.code,
      definition,
      isActive,
      createdAt: this.clock.now(),
    });
    this.audit.add(writes, actor, {
      action: before ? 'certificate-kind.update' : 'certificate-kind.create',
      targetType: 'certificate_kind',
      targetId: id,
      changes: changesOf<KindDefinition & { isActive: boolean }>(
        before && { ...before.definition, isActive: before.isActive },
        { ...cleared(before), ...definition, isActive },
      ),
    });
    return writes.send();
  }
}

/** The entity tag of a kind. */
export function etagOf({ id, version }: Kind): string {
  return `${id}.${version}`;
}

/** What was there and may be no longer, for the trail. */
function cleared(before: Kind | null): Partial<Record<keyof KindDefinition, null>> {
  return Object.fromEntries(Object.keys(before?.definition ?? {}).map((field) => [field, null]));
}

function found(kinds: ReadonlyMap<string, Kind>, id: string): Kind {
  const kind = kinds.get(id);
  if (!kind) throw kindNotFound();
  return kind;
}

/** @throws months_missing, kind_unknown */
function requireSound(definition: KindDefinition, kinds: ReadonlyMap<string, Kind>): void {
  const { validity, code } = definition;
  if (validity.rule === 'issue_plus' && validity.months === undefined) {
    throw fieldProblem(monthsMissing, 'validity.months');
  }
  const codes = new Set([...kinds.values()].map((kind) => kind.definition.code).filter((other) => other !== code));
  for (const field of ['parents', 'provisionalFor', 'lines'] as const) {
    if (definition[field]?.some((other) => !codes.has(other))) throw fieldProblem(kindUnknown, field);
  }
}
