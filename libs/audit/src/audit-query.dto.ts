import { BooleanQuery, InstantQuery, IntegerQuery, TextField, UuidField } from '#libs/common';

/** Paging of contract C, without its search: a trail is looked up, not browsed by name. */
export class FileReadsQuery {
  @IntegerQuery({ min: 1, max: 1000, description: 'Items per page (default 50)', example: 50 })
  limit: number = 50;

  @TextField({ maxLength: 500, form: 'exact', optional: true, description: 'nextCursor of the page before' })
  cursor?: string;
}

/** Property names are the wire names of contract C. */
export class AuditQuery extends FileReadsQuery {
  @BooleanQuery({ description: 'Also count all items (default false; slow on long lists)' })
  include_count: boolean = false;

  @UuidField({ optional: true, description: 'Only what concerns this person: their papers, account and sessions' })
  user_id?: string;

  @TextField({
    maxLength: 40,
    form: 'exact',
    optional: true,
    description: 'Only this kind of target',
    example: 'certificate',
  })
  target_type?: string;

  @TextField({ maxLength: 60, form: 'exact', optional: true, description: 'Only the target with this id' })
  target_id?: string;

  @UuidField({ optional: true, description: 'Only what this person or API key did' })
  actor_id?: string;

  @TextField({
    maxLength: 60,
    form: 'exact',
    optional: true,
    description: 'Only this action',
    example: 'certificate.update',
  })
  action?: string;

  @InstantQuery('Not before this time')
  from?: string;

  @InstantQuery('Before this time')
  to?: string;
}
