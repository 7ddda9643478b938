/**
 * What requirements look at, for a statement of another lib: a JSON object of the person's particulars with their vessel, its fields named as
 * in the entities; null for somebody of whom nothing is known.
 * @param organizationId, userUuid SQL of both
 * @param vesselId SQL of another vessel to take; null there means the person's own
 */
export function personFactsSql(organizationId: string, userUuid: string, vesselId = 'null::uuid'): string {
  return `(
    select jsonb_build_object('rank', p.rank, 'department', p.department, 'duties', coalesce(p.duties, '{}'), 'dateOfBirth', p.date_of_birth,
      'nationality', p.nationality, 'residenceState', p.residence_state, 'vessel', case when v.id is null then null else jsonb_build_object(
        'id', v.id, 'name', v.name, 'imo', v.imo, 'flag', v.flag, 'type', v.type, 'gt', v.gt, 'kw', v.kw, 'seaArea', v.sea_area,
        'ecdis', v.ecdis, 'igf', v.igf, 'isps', v.isps, 'polar', v.polar, 'manning', v.manning, 'frb', v.frb) end)
    from (select 1) one
    left join particulars p on p.organization_id = ${organizationId} and p.user_uuid = ${userUuid}
    left join vessels v on v.organization_id = ${organizationId} and v.id = coalesce(${vesselId}, p.vessel_id))`;
}
