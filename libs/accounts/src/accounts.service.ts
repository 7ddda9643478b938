import { Injectable } from '@nestjs/common';
import type { Actor } from '#libs/auth';
import { type Member, Members, type UpdateUserDto } from '#libs/users';
import { Sessions } from './sessions/sessions.service';

/** Changes people, for staff, and what they have open with it. */
@Injectable()
export class Accounts {
  constructor(
    private readonly members: Members,
    private readonly sessions: Sessions,
  ) {}

  /** Whoever is deactivated is signed out. @throws person_not_found, changed_since_read, not_permitted, field_forbidden, own_membership, last_admin */
  updateMember(actor: Actor, uuid: string, dto: UpdateUserDto, ifMatch?: string): Promise<Member> {
    return this.members.update(actor, uuid, dto, ifMatch, (tx, { membershipId }) =>
      this.sessions.end(tx, actor, { membershipId }, 'deactivated'),
    );
  }
}
