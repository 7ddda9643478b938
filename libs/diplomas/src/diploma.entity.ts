import { Column, Entity, ForeignKey, Index, JoinColumn, ManyToOne, PrimaryGeneratedColumn, Unique } from 'typeorm';
import type { CalendarDate } from '#libs/common';
import { Upload } from '#libs/uploads';
import { Organization, User } from '#libs/users';
import { Verification } from '#libs/verification';
import { writtenDay } from './obtained-at';
import { Title } from './title.entity';

/** A person's diploma: a title, perhaps a date, perhaps a file. */
@Entity('diplomas')
@Unique('diplomas_uuid_key', ['uuid'])
@Index('diplomas_person_idx', ['organizationId', 'userUuid', 'id'])
export class Diploma {
  @PrimaryGeneratedColumn('identity', {
    type: 'bigint',
    generatedIdentity: 'ALWAYS',
    primaryKeyConstraintName: 'diplomas_pkey',
  })
  id: number;

  /** The name under which contract C (verification, queue) knows it. */
  @Column('uuid')
  uuid: string;

  @Column('bigint')
  @ForeignKey(() => Organization, 'id', { name: 'diplomas_organization_fkey' })
  organizationId: number;

  @Column('uuid')
  @ForeignKey(() => User, 'uuid', { name: 'diplomas_user_fkey' })
  userUuid: string;

  @Column('bigint')
  @Index('diplomas_title_idx')
  titleId: number;

  @ManyToOne(() => Title)
  @JoinColumn({ name: 'title_id', foreignKeyConstraintName: 'diplomas_title_fkey' })
  title: Title;

  @Column('uuid', { nullable: true })
  @Index('diplomas_upload_idx')
  uploadId: string | null;

  @ManyToOne(() => Upload)
  @JoinColumn({ name: 'upload_id', referencedColumnName: 'id', foreignKeyConstraintName: 'diplomas_upload_fkey' })
  upload: Upload | null;

  @Column('uuid')
  verificationId: string;

  @ManyToOne(() => Verification)
  @JoinColumn({ name: 'verification_id', foreignKeyConstraintName: 'diplomas_verification_fkey' })
  verification: Verification;

  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  obtainedAt: Date | null;

  /** Only of an older diploma whose day is not the one that `obtainedAt` is written with (ADR 0019). */
  @Column('date', { nullable: true })
  obtainedDay: CalendarDate | null;

  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  deletedAt: Date | null;

  @Column({ type: 'timestamptz', precision: 3 })
  createdAt: Date;

  @Column({ type: 'timestamptz', precision: 3 })
  updatedAt: Date;

  /** The day it was obtained on, the same for every reader. */
  get obtainedOn(): CalendarDate | null {
    return this.obtainedDay ?? (this.obtainedAt && writtenDay(this.obtainedAt));
  }

  /** By the name that was sent in with it, which is what a reviewer vouches for; the title may have been renamed since. */
  get sentTitle(): Pick<Title, 'id' | 'name'> {
    return { id: this.titleId, name: this.verification.subject };
  }

  /** The file to show; one that was refused or never came is not there. */
  get attachment(): Upload | null {
    return this.upload && ['pending', 'uploaded', 'ready'].includes(this.upload.status) ? this.upload : null;
  }
}
