import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { type Language, ORGANIZATIONS } from '#libs/users';
import type { MailText } from './mail-texts';
import { Mailer } from './mailer';

/** Who is written to, as far as a text needs it. */
export interface Recipient {
  firstName: string;
  organization: string;
}

/** An address that nobody has accepted by yet gets no mail but the invitation. */
const FIND = `
  select m.email, m.first_name as "firstName", o.name as organization, o.language
  from member_directory m join ${ORGANIZATIONS} o on o.id = m.organization_id
  where m.organization_id = $1 and m.user_uuid = $2 and m.state = 'active' and m.account_id is not null`;

/** Mails of other libs to people they know by uuid only. Called by jobs: they repeat what fails. */
@Injectable()
export class Correspondence {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly mailer: Mailer,
  ) {}

  /** Writes in the language of the organisation; to nobody when the person has left it. */
  async write(
    organizationId: number,
    userUuid: string,
    compose: (language: Language, recipient: Recipient) => MailText,
  ): Promise<void> {
    const [found] = await this.dataSource.query<(Recipient & { email: string; language: Language })[]>(FIND, [
      organizationId,
      userUuid,
    ]);
    if (!found) return;
    const { email, language, firstName, organization } = found;
    await this.mailer.send({ to: email, ...compose(language, { firstName, organization }) });
  }
}
