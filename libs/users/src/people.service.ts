import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import type { Actor } from '#libs/auth';
import { parseIntegerId } from '#libs/common';
import { personNotFound } from './users.errors';

/** A person by both names. */
export interface PersonRef {
  uuid: string;
  id: number;
}

const FIND_BY_UUID = `
  select u.uuid, u.id from users u join memberships m on m.user_uuid = u.uuid
  where u.uuid = $1 and m.organization_id = $2`;

const FIND_BY_ID = `
  select u.uuid, u.id from users u join memberships m on m.user_uuid = u.uuid
  where u.id = $1 and m.organization_id = $2`;

/**
 * Whose papers may the caller see? Staff: everybody who is or was a member of their organisation; a crew member: only
 * themselves. Anybody else is as unknown as a person who does not exist.
 */
@Injectable()
export class People {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  /** The person behind the path text of contract C: a uuid or `me`. @throws person_not_found */
  async getByUuid(actor: Actor, uuidOrMe: string): Promise<PersonRef> {
    const uuid = uuidOrMe === 'me' ? actor.userUuid : uuidOrMe;
    // The user row of an API key is nobody whose papers there could be.
    if (uuid === actor.userUuid && actor.kind === 'person') return self(actor);
    return this.getOther(actor, FIND_BY_UUID, uuid);
  }

  /** The person behind the path text of contract D: an integer or `me`. @throws invalid_request, person_not_found */
  async getById(actor: Actor, idOrMe: string): Promise<PersonRef> {
    const id = idOrMe === 'me' ? actor.userId : parseIntegerId('userId', idOrMe);
    if (id === actor.userId) return self(actor);
    return this.getOther(actor, FIND_BY_ID, id);
  }

  private async getOther(actor: Actor, statement: string, key: string | number): Promise<PersonRef> {
    if (!actor.isStaff) throw personNotFound();
    const [found] = await this.dataSource.query<PersonRef[]>(statement, [key, actor.organizationId]);
    if (!found) throw personNotFound();
    return found;
  }
}

function self(actor: Actor): PersonRef {
  return { uuid: actor.userUuid, id: actor.userId };
}
