import { afterEach, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { ORIGINAL_SEEN } from '../support/papers';
import { TestApp } from '../support/test-app';
import { checkTrail, tablesWithoutRule } from '../support/trail-check';

/** Every other spec is checked in the same way when it closes its application; the last lines of a run are the sum. */
describe('state changes and audit records', () => {
  let app: TestApp;
  afterEach(() => app.close());

  it('are as many: a day in the office, counted', async () => {
    app = await TestApp.start();
    const organization = await app.given.organization();
    const people = ['admin', 'office-employee', 'crew-member'] as const;
    const [boss, clerk, sailor] = await Promise.all(people.map((role) => app.given.person({ organization, role })));
    if (!boss || !clerk || !sailor) throw new Error('three people were asked for');
    const [admin, office, crew] = [await app.as(boss), await app.as(clerk), await app.as(sailor)];
    const start = await checkTrail(app.database);
    // Three sign-ins, and the key that signs their tokens.
    expect(start).toEqual({ changes: 4, records: 4, others: 0, problems: [] });

    const paper = await crew.post(`/api/v1/crew/users/${sailor.uuid}/certificates`, { certificateType: 'medical' });
    const path = `/api/v1/crew/certificates/${paper.body.id}`;
    const done = [
      paper, // the certificate and its submission: 2
      await crew.patch(path, { certificateNumber: '7' }), // again 2
      await crew.patch(path, { notes: 'not reviewed' }), // 1
      await office.post(`${path}/verify`, ORIGINAL_SEEN), // 1
      await crew.delete(path), // 1
      await admin.patch(`/api/v1/shared/users/${sailor.uuid}`, { firstName: 'Ola', role: 'office-employee' }), // 1
      await admin.post('/users-organizations/v1/rs/titles', { name: 'Master' }), // 1
      await admin.patch(`/api/v1/shared/users/${sailor.uuid}`, { state: 'deactivated' }), // 1, and 1 session ends
    ];
    expect(done.filter(({ status }) => status >= 300)).toEqual([]);
    expect(await checkTrail(app.database)).toEqual({ changes: 4 + 11, records: 4 + 11, others: 0, problems: [] });

    // Refused, read or nothing new: no change.
    await office.post(`${path}/verify`, ORIGINAL_SEEN);
    await crew.get(path);
    await app.anonymous.post('/auth/v1/rs/login/credentials', { email: sailor.email, password: 'wrong password' });
    const after = await checkTrail(app.database);
    expect(after).toMatchObject({ changes: 15, records: 15, problems: [] });
    expect(after.others).toBeGreaterThan(0);
  });

  it('cannot drift apart unnoticed: a change without a record, a record without a change, two for one', async () => {
    app = await TestApp.start({ isTrailChecked: false });
    const organization = await app.given.organization();
    const product = app.app.get(DataSource);
    const problems = async () => (await checkTrail(app.database)).problems;
    expect(await problems()).toEqual([]);
    await product.query('update organizations set language = $1 where id = $2', ['no', organization.id]);
    expect(await problems()).toEqual([`no record: organization.update of organization ${organization.id}`]);
    const record = (action: string) =>
      `insert into audit_records (id, at, actor_kind, action, target_type, target_id, details)
       values (gen_random_uuid(), now(), 'system', '${action}', 'organization', '${organization.id}', '{}')`;
    await product.query(record('organization.update'));
    expect((await problems())[1]).toBe(
      `a record without a change, or a second one: organization.update of organization ${organization.id}`,
    );
    await product.transaction(async (tx) => {
      await tx.query('update organizations set language = $1 where id = $2', ['en', organization.id]);
      await tx.query(record('organization.update'));
      await tx.query(record('organization.update'));
    });
    expect(await problems()).toHaveLength(3);
  });

  it('are compared for every table there is', async () => {
    app = await TestApp.start();
    expect(await tablesWithoutRule(app.database)).toEqual([]);
  });
});
