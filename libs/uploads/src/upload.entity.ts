import { Check, Column, Entity, ForeignKey, Index, PrimaryGeneratedColumn, Unique } from 'typeorm';
import type { Sender } from '#libs/jobs';
import { Organization, User } from '#libs/users';

export const UPLOAD_STATUSES = ['pending', 'uploaded', 'ready', 'infected', 'failed'] as const;
export type UploadStatus = (typeof UPLOAD_STATUSES)[number];

/** The bytes are here and are what was announced; they may still be looked into. */
export function hasArrived({ status }: Pick<Upload, 'status'>): boolean {
  return status === 'uploaded' || status === 'ready';
}

/** `owner` of the row that a statement calls by this name. */
export function ownerSql(row: string): string {
  return `coalesce(${row}.owner_user_uuid, case when not ${row}.sent_by_office then ${row}.uploaded_by_user_uuid end)`;
}

/** A file on its way in: announced, sent straight to storage, checked, and from then on unchangeable. */
@Entity('uploads')
@Unique('uploads_id_key', ['id'])
@Index('uploads_organization_id_idx', ['organizationId', 'id'])
@Index('uploads_open_idx', ['organizationId', 'uploadedByUserUuid'], {
  where: `status in ('pending', 'uploaded') and failure_code is null`,
})
@Index('uploads_closes_at_idx', ['closesAt'], { where: 'closes_at is not null' })
@Index('uploads_left_over_idx', ['number'], { where: `status = 'failed' and object_key is not null` })
@Index('uploads_quarantine_idx', ['number'], { where: `status = 'infected' and failure_code is null` })
@Check('uploads_status_check', `status in ('pending', 'uploaded', 'ready', 'infected', 'failed')`)
export class Upload {
  /** The integer name that contract D shows as the attachment's id. */
  @PrimaryGeneratedColumn('identity', {
    type: 'bigint',
    generatedIdentity: 'ALWAYS',
    primaryKeyConstraintName: 'uploads_pkey',
  })
  number: number;

  @Column('uuid')
  id: string;

  @Column('bigint')
  @ForeignKey(() => Organization, 'id', { name: 'uploads_organization_fkey' })
  organizationId: number;

  @Column('uuid')
  @ForeignKey(() => User, 'uuid', { name: 'uploads_user_fkey' })
  uploadedByUserUuid: string;

  /** The person of whose papers it is a file; null until one of them refers to it. */
  @Column('uuid', { nullable: true })
  @ForeignKey(() => User, 'uuid', { name: 'uploads_owner_fkey' })
  ownerUserUuid: string | null;

  /** Sent by staff or by an API key alone: nobody's own before a paper refers to it. What others send is theirs from the start. */
  @Column('boolean', { default: false })
  sentByOffice: boolean;

  /** The key it was announced with; null for a person without one. */
  @Column('uuid', { nullable: true })
  apiKeyId: string | null;

  @Column('varchar', { length: 40 })
  kind: string;

  @Column('varchar', { length: 10 })
  status: UploadStatus;

  /** As declared; a file that is something else is refused. */
  @Column('varchar', { length: 100 })
  mime: string;

  @Column('bigint')
  sizeBytes: number;

  @Column('varchar', { length: 255 })
  originalFilename: string;

  /** Where the checked file lies; null until it passed. Never a key that a client can write to. */
  @Column('varchar', { length: 300, nullable: true })
  objectKey: string | null;

  /** Lower-case hex, over the stored bytes. */
  @Column('varchar', { length: 64, nullable: true })
  sha256: string | null;

  /** Problem code that says why the file was refused. */
  @Column('varchar', { length: 60, nullable: true })
  failureCode: string | null;

  /** What the scanner calls what it found in an infected file. */
  @Column('varchar', { length: 200, nullable: true })
  threatName: string | null;

  /** Pixels of an upright picture, points of a PDF's first page; null until the checks are done. */
  @Column('integer', { nullable: true })
  width: number | null;

  @Column('integer', { nullable: true })
  height: number | null;

  @Column('integer', { nullable: true })
  pageCount: number | null;

  /** Words of FILE_WARNINGS. */
  @Column('varchar', { length: 40, array: true, default: '{}' })
  warnings: string[];

  /** Below it lie the smaller pictures; null until the file is ready. */
  @Column('varchar', { length: 300, nullable: true })
  derivativesPrefix: string | null;

  /** Lower-case hex, as announced; null when the client said nothing. */
  @Column('varchar', { length: 64, nullable: true })
  declaredSha256: string | null;

  /** Since when the stored bytes are known not to be those that were sent; such a file is not handed out. */
  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  alteredAt: Date | null;

  /** Until when the presigned request may be used. */
  @Column({ type: 'timestamptz', precision: 3 })
  expiresAt: Date;

  /** When what is left of it but its file is removed; null once that is done, and of uploads of before. Not a new version of it. */
  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  closesAt: Date | null;

  @Column({ type: 'timestamptz', precision: 3 })
  createdAt: Date;

  @Column({ type: 'timestamptz', precision: 3 })
  updatedAt: Date;

  /** Counted by the database with every change. */
  @Column('integer', { default: 1 })
  revision: number;

  /** Its bytes have passed all checks and are, as far as is known, still those that were sent. */
  get isServable(): boolean {
    return this.status === 'ready' && this.alteredAt === null;
  }

  /** Whose file it is; null while it may become the file of anybody's paper. */
  get owner(): string | null {
    return this.ownerUserUuid ?? (this.sentByOffice ? null : this.uploadedByUserUuid);
  }

  /** Whose work its checks are. */
  get sender(): Sender {
    return { organizationId: this.organizationId, userUuid: this.uploadedByUserUuid };
  }

  get etag(): string {
    return `${this.id}.${this.revision}`;
  }
}
