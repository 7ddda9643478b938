/** How far a person's papers are (given by contract C). */
export const PROFILE_STATES = ['incomplete', 'in_review', 'action_needed', 'approved'] as const;
export type ProfileState = (typeof PROFILE_STATES)[number];

/**
 * A person's state as SQL, for one `organization` and `person` expression. Any rejected credential needs action; nothing on record, or
 * something announced that never arrived, is incomplete; then pending ones are in review; else all is approved (contract C).
 * Each branch is one probe of verifications_person_idx, whatever the number of credentials.
 */
export function profileStateSql(organization: string, person: string): string {
  const exists = (condition: string) => `exists (
    select from verifications s where s.organization_id = ${organization} and s.user_uuid = ${person}
      and s.withdrawn_at is null ${condition})`;
  return `case
    when ${exists(`and s.status = 'rejected'`)} then 'action_needed'
    when ${exists(`and s.status = 'not_submitted'`)} or not ${exists('')} then 'incomplete'
    when ${exists(`and s.status = 'pending'`)} then 'in_review'
    else 'approved' end`;
}
