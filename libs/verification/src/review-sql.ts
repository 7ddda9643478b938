/** The review of one credential, for a statement that has its verification's id: a JSON object. */
export function reviewSql(verificationId: string): string {
  return `(
    select jsonb_build_object('status', v.status, 'method', v.method, 'checkedAt', coalesce(v.checked_at, v.reviewed_at),
      'verifiedName', v.verified_name)
    from verifications v where v.id = ${verificationId})`;
}

/**
 * The same as it was at a moment, with what had been sent in by then: the newest submission's `snapshot`, and whether it had a file. Null
 * before the first. `moment` is SQL of a timestamptz.
 */
export function pastReviewSql(verificationId: string, moment: string): string {
  return `(
    select jsonb_build_object('status', coalesce(d.outcome, 'pending'), 'method', d.method,
      'checkedAt', coalesce(d.checked_at, d.decided_at),
      'verifiedName', case when d.outcome = 'verified' then s.snapshot ->> 'holderName' end,
      'snapshot', s.snapshot, 'hasFile', s.upload_id is not null)
    from submissions s left join decisions d on d.submission_id = s.id and d.decided_at <= ${moment}
    where s.verification_id = ${verificationId} and s.submitted_at <= ${moment}
    order by s.number desc limit 1)`;
}
