import { createHash, randomBytes } from 'node:crypto';
import type { INestApplicationContext } from '@nestjs/common';
import { DataSource, type EntityManager, type EntityTarget, type ObjectLiteral } from 'typeorm';
import { AuditRecord } from '#libs/audit';
import { Certificate } from '#libs/certificates';
import { Clock, dateIn, foldName, newId } from '#libs/common';
import { Config } from '#libs/config';
import { Diploma, Title } from '#libs/diplomas';
import { checkedPrefix, ObjectStorage, organizationPrefix } from '#libs/storage';
import { Upload, Uploads, UploadUsage } from '#libs/uploads';
import { Account, Membership, Organization, User } from '#libs/users';
import { Passwords, Session } from '#libs/accounts';
import { Decision, Submission, Verification } from '#libs/verification';
import { AccountsFile, type DemoAccount } from './accounts-file';
import { type CastMember, CREW, emailOf, ORGANIZATION, STAFF } from './cast';
import { drawAll } from './drawing-threads';
import { type Plan, planDemo, type PlannedScan, TITLE_NAMES } from './plan';
import { type Player, Records, type StoredScan } from './records';
import { idAt, Trail } from './trail';

export type { DemoAccount } from './accounts-file';

const YEAR_MS = 365 * 86_400_000;
const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
const UPLOAD_QUOTA_BYTES = 10_000_000_000;
const EXPIRING_SOON_DAYS = 90;
/** Rows per statement; PostgreSQL takes 65,535 parameters. */
const ROWS_AT_ONCE = 400;
const FILES_AT_ONCE = 8;
/** 32 letters that cannot be taken for each other. */
const PASSWORD_LETTERS = 'abcdefghijkmnpqrstuvwxyz23456789';

/**
 * An organisation to look at: people, papers, scans and reviews of several years. Does nothing, and answers the accounts saved,
 * when it was done before; nor when there is an organisation of the user's own (then without accounts).
 *
 * It may be killed at any moment. All rows are written in one transaction, the files before its commit, and the passwords as a
 * draft before either. So the next start finds no organisation and starts over, after removing the files of the attempt; or it
 * finds the organisation and the draft, and only the last step is left: the draft becomes the accounts file.
 */
export async function createDemoData(
  app: INestApplicationContext,
  dataDir: string,
  onBegin: () => void = () => undefined,
): Promise<DemoAccount[]> {
  const file = new AccountsFile(dataDir);
  const saved = file.read();
  if (saved) return saved;
  const database = app.get(DataSource);
  const storage = app.get(ObjectStorage, { strict: false });
  const draft = await file.readDraft();
  if (await database.manager.exists(Organization)) {
    const isOurs =
      draft !== null && (await database.manager.existsBy(User, { uuid: draft.accounts[0]?.uuid ?? newId() }));
    if (!isOurs) return [];
    await file.publish(draft);
    return draft.accounts;
  }
  if (draft) {
    for (const key of await storage.list(draft.filesPrefix)) await storage.remove(key);
    await file.removeDraft();
  }
  onBegin();
  return new DemoData(app, database, storage, file).create();
}

interface Scan {
  planned: PlannedScan;
  bytes: Buffer;
}

class DemoData {
  private readonly now: Date;
  private readonly config: Config;
  private readonly passwords: Passwords;
  private readonly uploads: Uploads;
  private readonly trail = new Trail();

  constructor(
    app: INestApplicationContext,
    private readonly database: DataSource,
    private readonly storage: ObjectStorage,
    private readonly file: AccountsFile,
  ) {
    this.now = app.get(Clock, { strict: false }).now();
    this.config = app.get(Config, { strict: false });
    this.passwords = app.get(Passwords, { strict: false });
    this.uploads = app.get(Uploads, { strict: false });
  }

  async create(): Promise<DemoAccount[]> {
    const plan = planDemo(this.now, dateIn(ORGANIZATION.timeZone, this.now));
    const cast = [...STAFF, ...CREW].sort((a, b) => b.years - a.years);
    // Hashing runs in threads of its own while the papers are drawn.
    const [accounts, scans] = await Promise.all([this.openAccounts(cast), drawScans(plan)]);
    const draft = await this.database.transaction(async (tx) => {
      const organization = await this.found(tx, plan.foundedAt);
      const players = await this.enrol(tx, cast, accounts);
      const titles = await this.addTitles(tx, organization, players);
      const stored = place(organization.id, scans);
      await this.addCredentials(tx, plan, organization.id, players, titles, stored);
      const written = { filesPrefix: organizationPrefix(organization.id), accounts: toAccounts(players, accounts) };
      await this.file.writeDraft(written);
      const sent = scans.filter(({ planned }) => !planned.isMissing);
      await inParallel(sent, FILES_AT_ONCE, async ({ planned, bytes }) => {
        const { objectKey } = stored.get(planned) as StoredScan;
        await this.storage.write(objectKey, bytes, planned.format === 'pdf' ? 'application/pdf' : 'image/jpeg');
      });
      return written;
    });
    await this.file.publish(draft);
    return draft.accounts;
  }

  private async openAccounts(cast: CastMember[]): Promise<Map<CastMember, { password: string; hash: string }>> {
    const entries = await Promise.all(
      cast.map(async (member) => {
        const password = randomPassword();
        return [member, { password, hash: await this.passwords.hash(password) }] as const;
      }),
    );
    return new Map(entries);
  }

  private async found(tx: EntityManager, createdAt: Date): Promise<Organization> {
    const { name, timeZone, language } = ORGANIZATION;
    const organization = tx.create(Organization, {
      uuid: idAt(createdAt),
      name,
      timeZone,
      language,
      expiringSoonDays: EXPIRING_SOON_DAYS,
      uploadQuotaBytes: UPLOAD_QUOTA_BYTES,
      duplicatePolicy: 'warn',
      reviewPolicy: 'submitter',
      isReviewPolicyChosen: true,
      requiresFileOrOriginal: true,
      requiresShownFile: true,
      createdAt,
      updatedAt: createdAt,
    });
    await tx.insert(Organization, organization);
    const event = { action: 'organization.create', targetType: 'organization', targetId: organization.id };
    this.trail.add(createdAt, { system: 'setup' }, event);
    return organization;
  }

  /** Accounts and memberships, in the order in which people came. The first admin is set up, the others are added by an office admin. */
  private async enrol(
    tx: EntityManager,
    cast: CastMember[],
    accounts: Map<CastMember, { hash: string }>,
  ): Promise<Player[]> {
    const joined = cast.map((member) => ({ member, at: new Date(this.now.getTime() - member.years * YEAR_MS) }));
    const users = joined.map(({ at }) => tx.create(User, { uuid: idAt(at), createdAt: at, updatedAt: at }));
    await insertAll(tx, User, users);
    const players = joined.map(({ member, at }, index): Player => {
      const user = users[index] as User;
      return { user, member, joinedAt: at, userUuid: user.uuid, membershipId: idAt(at) };
    });
    const opened = players.map(({ member, userUuid: id, joinedAt: at }) =>
      tx.create(Account, {
        id,
        email: emailOf(member),
        passwordHash: accounts.get(member)?.hash,
        provedAt: at,
        createdAt: at,
        updatedAt: at,
      }),
    );
    await insertAll(tx, Account, opened);
    const admin = players.find(({ member }) => member.role === 'admin') as Player;
    for (const { member, joinedAt, userUuid } of players) {
      const target = { targetType: 'user', targetId: userUuid };
      this.trail.add(
        joinedAt,
        userUuid === admin.userUuid ? { system: 'setup' } : admin,
        { action: 'user.create', ...target },
        { action: 'membership.create', ...target, details: { role: member.role } },
      );
      if (member.mood !== 'left') continue;
      const event = { action: 'membership.update', ...target, details: { fields: ['state'], state: 'deactivated' } };
      this.trail.add(this.leftAt(), admin, event);
    }
    return players;
  }

  private async addTitles(tx: EntityManager, { id, createdAt }: Organization, players: Player[]): Promise<Title[]> {
    const officeAdmin = players.find(({ member }) => member.role === 'office-admin') as Player;
    const titles = TITLE_NAMES.map((name, index) => {
      const at = new Date(Math.max(createdAt.getTime(), officeAdmin.joinedAt.getTime()) + (30 + index) * MINUTE_MS);
      return tx.create(Title, { organizationId: id, name, foldedName: foldName(name), createdAt: at, updatedAt: at });
    });
    await insertAll(tx, Title, titles);
    for (const title of titles) {
      const event = { action: 'title.create', targetType: 'title', targetId: title.id };
      this.trail.add(title.createdAt, officeAdmin, event);
    }
    return titles;
  }

  private async addCredentials(
    tx: EntityManager,
    plan: Plan,
    organizationId: number,
    players: Player[],
    titles: Title[],
    scans: Map<PlannedScan, StoredScan>,
  ): Promise<void> {
    const { UPLOAD_URL_MINUTES, SESSION_DAYS } = this.config.environment;
    const stage = { organizationId, players, titles, scans, uploadUrlMinutes: UPLOAD_URL_MINUTES };
    const records = new Records(stage, this.trail);
    for (const certificate of plan.certificates) records.addCertificate(certificate);
    for (const diploma of plan.diplomas) records.addDiploma(diploma);
    const { audit, sessions, lastLogins } = this.trail.rows(organizationId, this.now, SESSION_DAYS);
    await insertAll(tx, Membership, this.memberships(organizationId, players, lastLogins));
    await insertAll(tx, Session, sessions);
    await insertAll(tx, Upload, inOrderOfTime(records.uploads));
    const kept = records.uploads.filter(({ status }) => status === 'ready');
    // Their pictures would take most of a minute: they are made by the checks, in the background, once the product has started.
    for (const { id, sender } of kept) await this.uploads.scheduleChecks(tx, id, sender);
    const reservedBytes = kept.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    await tx.insert(UploadUsage, { organizationId, reservedBytes });
    await insertAll(tx, Verification, records.verifications);
    await insertAll(tx, Submission, records.submissions);
    await insertAll(tx, Decision, records.decisions);
    await insertAll(tx, Certificate, records.certificates);
    await insertAll(tx, Diploma, inOrderOfTime(records.diplomas));
    await insertAll(tx, AuditRecord, audit);
  }

  private memberships(organizationId: number, players: Player[], lastLogins: Map<string, Date>): Membership[] {
    return players.map(({ membershipId, userUuid, member, joinedAt }) => {
      const hasLeft = member.mood === 'left';
      return Object.assign(new Membership(), {
        id: membershipId,
        organizationId,
        userUuid,
        accountId: userUuid,
        email: emailOf(member),
        firstName: member.firstName,
        lastName: member.lastName,
        role: member.role,
        state: hasLeft ? ('deactivated' as const) : ('active' as const),
        lastLogin: lastLogins.get(membershipId) ?? null,
        createdAt: joinedAt,
        updatedAt: hasLeft ? this.leftAt() : joinedAt,
      });
    });
  }

  private leftAt(): Date {
    return new Date(this.now.getTime() - 14 * DAY_MS);
  }
}

/** Draws every scan of the plan. What was announced and never sent has a size but no bytes. */
async function drawScans(plan: Plan): Promise<Scan[]> {
  const revisions = [...plan.certificates, ...plan.diplomas].flatMap(({ revisions }) => revisions);
  const wanted = [...new Set(revisions.flatMap(({ scan }) => (scan ? [scan] : [])))];
  const drawn = await drawAll(wanted);
  return wanted.map((planned, index) => ({ planned, bytes: drawn[index] as Buffer }));
}

function place(organizationId: number, scans: Scan[]): Map<PlannedScan, StoredScan> {
  return new Map(
    scans.map(({ planned, bytes }) => {
      const uploadId = idAt(planned.sentAt);
      const objectKey = checkedPrefix(organizationId, uploadId) + idAt(planned.sentAt);
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      return [planned, { uploadId, objectKey, sha256, size: bytes.length }];
    }),
  );
}

/** Everybody who can sign in; who has left cannot. */
function toAccounts(players: Player[], accounts: Map<CastMember, { password: string }>): DemoAccount[] {
  const isStaff = ({ member }: Player) => member.role !== 'crew-member';
  const active = players.filter(({ member }) => member.mood !== 'left');
  return [...active.filter(isStaff), ...active.filter((player) => !isStaff(player))].map(({ user, member }) => ({
    email: emailOf(member),
    password: accounts.get(member)?.password as string,
    role: member.role,
    id: user.id,
    uuid: user.uuid,
  }));
}

/** Four groups of four letters: 80 random bits that can be typed. */
function randomPassword(): string {
  const letters = [...randomBytes(16)].map((byte) => PASSWORD_LETTERS[byte % PASSWORD_LETTERS.length]).join('');
  return letters.replace(/(.{4})(?=.)/g, '$1-');
}

function inOrderOfTime<T extends { createdAt: Date }>(rows: T[]): T[] {
  return [...rows].sort((a, b) => a.createdAt.getTime() - b.createdAt.getTime());
}

async function insertAll<T extends ObjectLiteral>(
  tx: EntityManager,
  entity: EntityTarget<T>,
  rows: T[],
): Promise<void> {
  for (let from = 0; from < rows.length; from += ROWS_AT_ONCE) {
    await tx.insert(entity, rows.slice(from, from + ROWS_AT_ONCE));
  }
}

async function inParallel<T>(items: T[], width: number, work: (item: T) => Promise<void>): Promise<void> {
  let next = 0;
  const worker = async () => {
    while (next < items.length) await work(items[next++] as T);
  };
  await Promise.all(Array.from({ length: width }, worker));
}
