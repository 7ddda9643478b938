import { statusSql } from '#libs/verification';

/**
 * That a later certificate which is verified has taken the place of a row of `certificates`: it says so itself (`renewsId`), or it is of
 * the same kind and person, proves all that the row proves, ends no earlier and comes from the same state or office. Of a medical the
 * office does not matter: people see whichever doctor is near (ADR 0121).
 * @param c the row's alias
 */
export function replacedSql(c: string): string {
  const verified = `${statusSql('s.verification_id')} = 'verified'`;
  return `(
    exists (select from certificates s where s.renews_id = ${c}.id and s.deleted_at is null
      and (s.issue_date, s.id) > (coalesce(${c}.issue_date, '-infinity'), ${c}.id) and ${verified})
    or ${c}.certificate_kind_id is not null and exists (select from certificates s
      where s.organization_id = ${c}.organization_id and s.user_uuid = ${c}.user_uuid and s.deleted_at is null
        and s.certificate_kind_id = ${c}.certificate_kind_id and s.issue_date > coalesce(${c}.issue_date, '-infinity')
        and (s.expiry_date >= ${c}.expiry_date or s.expiry_date is null or ${c}.expiry_date is null)
        and s.endorses_id is not distinct from ${c}.endorses_id
        and jsonb_path_query_array(s.lines, '$[*].kindId') @> jsonb_path_query_array(${c}.lines, '$[*].kindId')
        and case when ${c}.certificate_type = 'medical'
          then coalesce(s.issuing_state = ${c}.issuing_state, true)
          else lower(coalesce(s.issuing_state, s.issuing_authority))
            is not distinct from lower(coalesce(${c}.issuing_state, ${c}.issuing_authority)) end
        and ${verified}))`;
}
