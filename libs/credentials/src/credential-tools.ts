import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { Audit } from '#libs/audit';
import { Rights } from '#libs/auth';
import { Clock } from '#libs/common';
import { Uploads } from '#libs/uploads';
import { People } from '#libs/users';
import { Verifications } from '#libs/verification';

/** What keeping credentials takes, so that the service of a kind names its kind and nothing else. */
@Injectable()
export class CredentialTools {
  constructor(
    @InjectDataSource() readonly dataSource: DataSource,
    readonly people: People,
    readonly uploads: Uploads,
    readonly verifications: Verifications,
    readonly audit: Audit,
    readonly rights: Rights,
    readonly clock: Clock,
  ) {}
}
