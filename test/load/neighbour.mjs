// npm run bench:neighbour: twenty people of one organisation do the worst that each of them can, for two minutes, and what another organisation
// notices of it.
//   --seconds=120 --rate=12000 (requests a minute, of all twenty together)
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { watchHost } from './calm.mjs';
import { costlyPdf } from './costly.mjs';
import { fill, moveToNewOrganization, setPassword } from './data.mjs';
import { runLoad } from './load.mjs';
import { signEverybodyIn, signIn } from './people.mjs';
import { Stack } from './stack.mjs';

const ATTACKERS = 20;
const NEIGHBOURS = 12;
const PEOPLE = 60;
const CERTIFICATES = 1200;
/** Of each attacker, at once and then again and again. */
const COSTLY_FILES = 8;
const COSTLY_EVERY_MS = 15_000;
const ATTACK_CONNECTIONS = 512;
const NEIGHBOUR_RATE = 20;
const NEIGHBOUR_CONNECTIONS = 8;
const PROBE_EVERY_MS = 15_000;
/** The goals. */
const MOST_P99_MS = 250;
const MOST_P99_RATIO = 3;
const MOST_PROBE_MS = 10_000;

const { values } = parseArgs({
  options: { seconds: { type: 'string', default: '120' }, rate: { type: 'string', default: '12000' } },
});
const [seconds, perMinute] = [values.seconds, values.rate].map(Number);
const say = (line) => process.stdout.write(`${line}\n`);
const ms = (value) => `${value.toFixed(0)} ms`;
const json = { 'content-type': 'application/json' };
const UPLOADS = '/api/v1/shared/uploads';
const RS = '/users-organizations/v1/rs';
const COSTLY = costlyPdf(20_000);
const USUAL = costlyPdf(1);

// As somebody runs it who has one machine: jobs in the same process, and the limits of a new installation for people and records.
const settings = {
  RUN_WORKER: 'true',
  RATE_LIMIT_PERSON: '12000',
  NEW_RECORDS_PERSON: '10000',
  NEW_RECORDS_ORGANIZATION: '30000',
  OPEN_UPLOADS_PERSON: '250',
  OPEN_UPLOADS_ORGANIZATION: '2500',
};
const stack = await Stack.start({ settings, cores: null });
const { url } = stack.product;
try {
  const flooding = await fill(stack.database, { people: PEOPLE, certificates: CERTIFICATES });
  const emails = Array.from({ length: NEIGHBOURS }, (_, i) => `crew${ATTACKERS + 1 + i}@bench.example.org`);
  await moveToNewOrganization(stack.database, emails);
  await setPassword(stack.database, emails);
  const { crew: attackers, titles } = await signEverybodyIn(stack, flooding, ATTACKERS);
  const neighbours = await Promise.all(emails.map((email) => signIn(url, email)));
  const neighbourLoad = {
    url,
    requests: neighbours.map(neighbourRequests),
    connections: NEIGHBOUR_CONNECTIONS,
    rate: NEIGHBOUR_RATE,
  };
  // The first one warms up.
  await runLoad('flood.mjs', { ...neighbourLoad, seconds: 5 });
  const quiet = await runLoad('flood.mjs', { ...neighbourLoad, seconds: Math.max(10, Math.round(seconds / 4)) });
  const quietProbe = await probe(neighbours[0]);

  const targets = await Promise.all(attackers.map(prepare));
  const requests = targets.map((target) => worst(target));
  const stolen = watchHost();
  const cpu = stack.product.cpuMs();
  const attack = runLoad('flood.mjs', {
    url,
    requests,
    connections: ATTACK_CONNECTIONS,
    seconds,
    rate: perMinute / 60,
  });
  let isOver = false;
  const files = Promise.all(attackers.map((attacker) => keepSending(attacker, () => isOver)));
  const probes = probeAll(() => isOver);
  // All at once, so that whatever fails ends the bench and what it has started.
  const calm = runLoad('flood.mjs', { ...neighbourLoad, seconds }).finally(() => (isOver = true));
  const [beside, attacked, probed, sent] = await Promise.all([calm, attack, probes, files]);

  const ratio = beside.ok.p99 / quiet.ok.p99;
  say(
    `The attack    ${((60 * attacked.sent) / seconds).toFixed(0)} requests a minute for ${seconds} s: ${attacked.ok.count} answered, ${attacked.refused.count} overloaded, otherwise ${JSON.stringify(attacked.wrong)}`,
  );
  say(
    `              ${sent.reduce((sum, count) => sum + count, 0)} costly files of ${COSTLY.length} bytes; CPU time of the product ${((stack.product.cpuMs() - cpu) / seconds / 10).toFixed(0)} % of a core; the host took ${(100 * stolen()).toFixed(0)} % of one for others`,
  );
  say(
    `Neighbour     quiet p50 ${ms(quiet.ok.p50)}, p99 ${ms(quiet.ok.p99)} (${quiet.ok.count} requests); meanwhile p50 ${ms(beside.ok.p50)}, p99 ${ms(beside.ok.p99)}, longest ${ms(beside.ok.max)} (${beside.ok.count}): ${ratio.toFixed(2)} times the quiet p99`,
  );
  say(`              refused ${beside.refused.count}, otherwise ${JSON.stringify(beside.wrong)}`);
  say(
    `Its upload    ready after ${ms(quietProbe.ready)} quiet; meanwhile ${probed.map(({ arrived, ready }) => `${ms(ready)} (there after ${ms(arrived)})`).join(', ')}`,
  );
  say(
    `Its mail      sent after ${ms(quietProbe.mail)} quiet; meanwhile ${probed.map(({ mail }) => ms(mail)).join(', ')}`,
  );

  const faults = [];
  if (beside.refused.count > 0 || Object.keys(beside.wrong).length > 0)
    faults.push('requests of the neighbour were not answered');
  if (beside.ok.p99 > Math.max(MOST_P99_MS, MOST_P99_RATIO * quiet.ok.p99)) faults.push('the neighbour waits too long');
  if (probed.some(({ ready }) => ready > MOST_PROBE_MS)) faults.push('its upload is ready too late');
  if (probed.some(({ mail }) => mail > MOST_PROBE_MS)) faults.push('its mail is sent too late');
  say(faults.length === 0 ? 'As it should be.' : `Not as it should be: ${faults.join(', ')}`);
  process.exitCode = faults.length === 0 ? 0 : 1;

  /** What each attacker has to ask for: a file that never comes, one that is there, a certificate and a diploma whose files are being checked. */
  async function prepare(attacker) {
    const pending = await announce(attacker, COSTLY);
    const arrived = await send(attacker, COSTLY);
    const certificate = await call(attacker, 'POST', `/api/v1/crew/users/${attacker.uuid}/certificates`, {
      certificateType: 'medical',
      uploadId: arrived,
    });
    const attachment = { name: 'scan.pdf', mimeType: 'application/pdf', size: COSTLY.length };
    const diploma = await call(attacker, 'POST', `${RS}/users/me/diplomas`, { titleId: titles[0], attachment });
    await post(diploma.upload, COSTLY);
    return {
      attacker,
      pending: pending.uploadId,
      arrived,
      certificate: certificate.id,
      link: new URL(diploma.presignedUrl),
    };
  }

  async function keepSending(attacker, isEnough) {
    let count = 0;
    while (!isEnough()) {
      // What is refused now is tried again later.
      const files = Array.from({ length: COSTLY_FILES }, () => send(attacker, COSTLY).catch(() => null));
      count += (await Promise.all(files)).filter((id) => id !== null).length;
      for (let waited = 0; waited < COSTLY_EVERY_MS && !isEnough(); waited += 500) await sleep(500);
    }
    return count;
  }

  async function probeAll(isEnough) {
    const all = [];
    for (const neighbour of neighbours.slice(1)) {
      const from = performance.now();
      all.push(await probe(neighbour));
      while (!isEnough() && performance.now() - from < PROBE_EVERY_MS) await sleep(200);
      if (isEnough()) break;
    }
    return all;
  }
} finally {
  await stack.stop();
}

/** Milliseconds until a file of theirs is ready, and until a mail is sent that they asked for. */
async function probe(person) {
  const mailFrom = performance.now();
  const forgot = await fetch(`${url}/auth/v1/rs/password/forgot`, {
    method: 'POST',
    headers: json,
    body: JSON.stringify({ email: person.email }),
  });
  if (!forgot.ok) throw new Error(`A mail could not be asked for: ${await forgot.text()}`);
  const mailed = until(() => hasMail(person.email)).then(() => performance.now() - mailFrom);
  const from = performance.now();
  const id = await send(person, USUAL);
  const arrived = performance.now() - from;
  await until(async () => (await call(person, 'GET', `${UPLOADS}/${id}`)).status === 'ready');
  const ready = performance.now() - from;
  return { arrived, ready, mail: await mailed };
}

async function until(isDone) {
  const giveUpAt = performance.now() + 6 * MOST_PROBE_MS;
  while (!(await isDone())) {
    if (performance.now() > giveUpAt) return;
    await sleep(100);
  }
}

function hasMail(email) {
  const directory = join(stack.dataDir, 'mail');
  if (!existsSync(directory)) return false;
  return readdirSync(directory).some((file) => readFileSync(join(directory, file), 'latin1').includes(`To: ${email}`));
}

async function send(person, bytes) {
  const { uploadId, presignedPost } = await announce(person, bytes);
  await post(presignedPost, bytes);
  await call(person, 'POST', `${UPLOADS}/${uploadId}/finalize`);
  return uploadId;
}

function announce(person, bytes) {
  const file = { kind: 'certificate', mime: 'application/pdf', filename: 'scan.pdf', size: bytes.length };
  return call(person, 'POST', `${UPLOADS}/intent`, file);
}

async function post({ url: target, fields }, bytes) {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  form.append('file', new Blob([bytes], { type: 'application/pdf' }), 'scan.pdf');
  const answer = await fetch(target, { method: 'POST', body: form });
  if (!answer.ok) throw new Error(`The storage answered ${answer.status}`);
}

async function call(person, method, path, body) {
  const headers = { ...person.headers, ...(body && json) };
  const answer = await fetch(url + path, { method, headers, ...(body && { body: JSON.stringify(body) }) });
  if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}: ${await answer.text()}`);
  return answer.json();
}

function neighbourRequests({ headers, uuid }) {
  const get = (path) => ({ method: 'GET', path, headers });
  return [
    get(`/api/v1/crew/users/${uuid}/certificates`),
    get(`${RS}/users/me/diplomas`),
    get('/api/v1/shared/users/me/session'),
    get(`${RS}/titles`),
    {
      method: 'POST',
      path: `/api/v1/crew/users/${uuid}/certificates`,
      headers: { ...headers, ...json },
      body: JSON.stringify({ certificateType: 'medical' }),
    },
  ];
}

/** What an attacker asks for, by turns. */
function worst({ attacker: { headers, uuid }, pending, arrived, certificate, link }) {
  const ask = (method, path, body) => ({
    method,
    path,
    headers: { ...headers, ...(body && json) },
    ...(body && { body: JSON.stringify(body) }),
  });
  const intent = { kind: 'certificate', mime: 'application/pdf', filename: 'scan.pdf', size: 25_000_000 };
  return [
    ask('POST', `${UPLOADS}/intent`, intent),
    ask('POST', `${UPLOADS}/${pending}/finalize`),
    ask('POST', `${UPLOADS}/${arrived}/finalize`),
    ask('GET', `/api/v1/crew/certificates/${certificate}/download`),
    { method: 'GET', path: link.pathname + link.search, headers: {} },
    ask('POST', `/api/v1/crew/users/${uuid}/certificates`, { certificateType: 'medical' }),
    ask('GET', `/api/v1/crew/users/${uuid}/certificates`),
  ];
}
