// Studies on their way through an inference server: the real commands, a real HTTP(S) server, real DICOM peers.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { readBundle } from '../../src/bundle/read-bundle.ts';
import { readEvents } from '../../src/log/read-events.ts';
import { packed } from '../bundle/packed.ts';
import { Authority } from '../rig/certificates.ts';
import { fileOfForm, startInferenceServer } from '../rig/inference-server.ts';
import { freePort, requirePeer, temporaryFolder } from '../rig/peers.ts';
import { startScriptedScp } from '../rig/scripted-scp.ts';
import { makeStation, type TestStation } from '../rig/station.ts';
import { forwardAndEnd, makeWay, sendStudy, tickUntil } from './inference-way.ts';
import { SOPInstanceUIDsOf } from './relay-station.ts';
import { writeResult, writeSmallStudy } from './small-study.ts';
import { listJobs, runJobs, scan, showJob, theJob, until } from './ticks.ts';

async function eventsOf(station: TestStation, name: string): Promise<string[]> {
  const found: string[] = [];
  for await (const event of readEvents(station.layout)) if (event.event === name) found.push(JSON.stringify(event));
  return found;
}

test('a study goes to the server, its result to the PACS, and the task is deleted once the result is good', async (t) => {
  if (!requirePeer(t, 'storescu')) return;
  const way = await makeWay(t);
  const { station, server } = way;
  await scan(station);
  server.follow({ ask: [{ status: 551 }, { status: 200, body: way.result }] });
  await tickUntil(station, 'forwarding');
  assert.deepEqual(server.asked.map(({ method }) => method), ['POST', 'GET', 'GET', 'DELETE']);
  const [, first, second] = server.asked;
  assert.ok(second!.at - first!.at >= 1000, 'it is asked every pollSeconds');
  await forwardAndEnd(way);
  const { JobId } = await theJob(station);
  const { stdout } = await station.dts(['jobs', 'log', JobId]);
  assert.match(stdout, /sent to http.* for model liver: task task-1\n.*got 2 files of \d+ bytes.*\n.*deleted task task-1/);
  assert.match(stdout, /^segmented$/m);
  assert.equal((await station.dts(['status'])).status, 0);
});

test('a fingerprint sends each series that it wants, by the second interface, and no other', async (t) => {
  if (!requirePeer(t, 'storescu')) return;
  const server = await startInferenceServer(t, { version: 2 });
  const pacs = await startScriptedScp(t);
  const station = await makeStation(t);
  await mkdir(join(station.config, 'fingerprints'));
  await writeFile(join(station.config, 'fingerprints', 'CT liver.json'), `# a comment
    { "modality_regex": "ct", "series_description_regex": "", "exclude_regex": "scout",
      "inference_server_url": "${server.url}", "model_human_readable_id": "liver",
      "scus": [{ "scu_ip": "127.0.0.1", "scu_port": ${pacs.port}, "scu_ae_title": "PACS" }],
      "inferenceServer": { "version": 2, "pollSeconds": 1 } }`);
  await writeFile(join(station.config, 'fingerprints', 'nothing.json'), JSON.stringify({
    modality_regex: '^MR$', inference_server_url: server.url, model_human_readable_id: 'head', scus: [] }));
  const { study, SOPInstanceUID } = await sendStudy(t, station);
  const file = join(await temporaryFolder(t), 'again.dcm');
  await writeResult(file, study, { SOPInstanceUID });
  server.follow({ submit: ['one', 'two'].map((uid) => ({ status: 200, body: JSON.stringify({ uid }) })),
    ask: [{ status: 200, body: await packed('tar', { 'result.dcm': await readFile(file) }) }, { status: 551 }] });
  await scan(station);
  const jobs = await listJobs(station);
  assert.deepEqual(jobs.map(({ stream, selected }) => [stream, selected.length]), [['CT liver', 1], ['CT liver', 1]]);
  assert.deepEqual(jobs.map(({ selected: [series] }) => series?.SeriesInstanceUID).sort(),
    study.series.map(({ SeriesInstanceUID }) => SeriesInstanceUID).sort());
  await until('a result', async () => {
    await station.dts(['run-one-job', '--all']);
    return (await listJobs(station)).some(({ state }) => state === 'forwarding');
  });
  assert.equal((await station.dts(['forward'])).status, 0);
  assert.deepEqual(SOPInstanceUIDsOf(pacs.messages), [SOPInstanceUID]);
});

for (const resubmit of [false, true]) {
  test(`killed before the task has a name here, ${resubmit ? 'with' : 'without'} resubmit`, async (t) => {
    if (!requirePeer(t, 'storescu')) return;
    const way = await makeWay(t, { submit: ['hang', { status: 200, body: '"second"' }], core: { resubmit } });
    const { station, server } = way;
    await scan(station);
    const killed = station.start(t, ['run-one-job', '--all']);
    await server.got('submit', 1);
    killed.kill('SIGKILL');
    await once(killed, 'close');
    server.follow({ ask: [{ status: 200, body: way.result }] });
    if (!resubmit) {
      const { status, stderr } = await station.dts(['run-one-job', '--all']);
      assert.equal(status, 65);
      assert.match(stderr, /held: nobody knows whether the inference server .* has taken what was sent at 20\d\d-/);
      assert.equal((await theJob(station)).state, 'held');
      assert.equal((await station.dts(['run-one-job', '--all'])).stderr, '');
      assert.equal(server.of('submit').length, 1);
      const { JobId } = await theJob(station);
      const shown = await station.dts(['status']);
      assert.equal(shown.status, 65);
      assert.match(shown.stdout, new RegExp(`held +${JobId}: nobody knows whether`));
      assert.equal((await station.dts(['jobs', 'release', JobId])).status, 0);
    }
    await tickUntil(station, 'forwarding');
    assert.equal(server.of('submit').length, 2);
    assert.deepEqual(server.of('delete').map(({ path }) => path), ['/inference/second']);
    await forwardAndEnd(way);
  });
}

test('a person cancels a job: the task is deleted on the server at once', async (t) => {
  if (!requirePeer(t, 'storescu')) return;
  const { station, server } = await makeWay(t);
  await scan(station);
  await station.dts(['run-one-job', '--all']);
  const { JobId } = await theJob(station);
  assert.equal((await station.dts(['jobs', 'cancel', JobId])).status, 0);
  assert.equal(server.of('delete').length, 1);
  assert.equal((await theJob(station)).state, 'cancelled');
});

test('a person cancels a job while the server is away: it is cancelled, and what is left there is told', async (t) => {
  if (!requirePeer(t, 'storescu')) return;
  const { station } = await makeWay(t, { delete: ['reset'] });
  await scan(station);
  await station.dts(['run-one-job', '--all']);
  const { JobId } = await theJob(station);
  const { stderr } = await station.dts(['jobs', 'cancel', JobId]);
  assert.match(stderr, /task task-1 could not be deleted on the inference server .* a person may have to delete it there/);
  assert.equal((await theJob(station)).state, 'cancelled');
});

test('a task that takes too long is deleted there, and the job has failed', async (t) => {
  if (!requirePeer(t, 'storescu')) return;
  const { station, server } = await makeWay(t, { core: { timeoutSeconds: 1 } });
  await scan(station);
  await runJobs(station);
  const { JobId, state } = await theJob(station);
  assert.equal(state, 'failed');
  assert.deepEqual((await showJob(station, JobId)).failures, [{ reason: 'core-time', timeoutSeconds: 1 }]);
  assert.equal(server.of('delete').length, 1);
});

test('output that is not good leaves the task on the server, until a person has the job tried again', async (t) => {
  if (!requirePeer(t, 'storescu')) return;
  const way = await makeWay(t);
  const { station, server } = way;
  const other = await writeSmallStudy(await temporaryFolder(t));
  server.follow({ ask: [{ status: 200, body: await packed('zip', { 'other.dcm': await readFile(other.files[0]!) }) }] });
  await scan(station);
  await runJobs(station);
  const { JobId, state } = await theJob(station);
  assert.equal(state, 'failed');
  assert.equal(server.of('delete').length, 0);
  server.follow({ ask: [{ status: 200, body: way.result }] });
  assert.equal((await station.dts(['jobs', 'retry', JobId])).status, 0);
  assert.equal(server.of('delete').length, 1);
  await tickUntil(station, 'forwarding');
  await forwardAndEnd(way);
});

test('a server that is away for a night is told of once, shown as long as it lasts, and then goes on', async (t) => {
  if (!requirePeer(t, 'storescu')) return;
  const way = await makeWay(t);
  const { station, server } = way;
  await scan(station);
  await station.dts(['run-one-job', '--all']);
  server.follow({ ask: [{ status: 502 }] });
  await until('a question in vain', async () => {
    await station.dts(['run-one-job', '--all']);
    return (await eventsOf(station, 'job-postponed')).length > 0;
  });
  const asked = server.of('ask').length;
  await until('two more', async () => {
    assert.deepEqual(await station.dts(['run-one-job', '--all']), { status: 0, signal: null, stdout: '', stderr: '' });
    return server.of('ask').length >= asked + 2;
  });
  assert.equal((await eventsOf(station, 'job-postponed')).length, 1);
  const status = await station.dts(['status']);
  assert.equal(status.status, 75);
  assert.match(status.stdout, /next try .*the inference server http.* answered 502/);
  server.follow({ ask: [{ status: 200, body: way.result }] });
  await tickUntil(station, 'forwarding');
  await forwardAndEnd(way);
});

test('a server that does not listen at night costs no attempt, and gets the job in the morning', async (t) => {
  if (!requirePeer(t, 'storescu')) return;
  const port = await freePort();
  const way = await makeWay(t, { core: { url: `http://localhost:${port}/inference/` } });
  const { station } = way;
  await scan(station);
  const { status, stderr } = await station.dts(['run-one-job', '--all']);
  assert.equal(status, 75);
  assert.match(stderr, /the inference server .* refuses the connection; it is tried again after/);
  await startInferenceServer(t, { version: 1, port, ask: [{ status: 200, body: way.result }] });
  await tickUntil(station, 'forwarding');
  const { JobId } = await theJob(station);
  assert.equal((await showJob(station, JobId)).attempt?.attempt, 1);
  await forwardAndEnd(way);
});

test('in a chain, the server gets what the core before it put out, and its task is deleted when all is good', async (t) => {
  if (!requirePeer(t, 'storescu')) return;
  const way = await makeWay(t);
  const { station, server, pacs, study } = way;
  const between = join(await temporaryFolder(t), 'between.dcm');
  const SOPInstanceUID = await writeResult(between, study);
  await station.configure({
    config: { Streams: [{ name: 'AI', trigger: {}, destination: [{ AETitle: 'PACS', IP: '127.0.0.1', PORT: pacs.port }] }] },
    statements: { AI: [
      { executor: 'process', command: ['cp', between, '{output}/any-name.dcm'] },
      { inferenceServer: { url: server.url, model: 'liver', pollSeconds: 1 } },
    ] },
  });
  server.follow({ ask: [{ status: 200, body: way.result }] });
  await scan(station);
  await tickUntil(station, 'forwarding');
  const sent = join(await temporaryFolder(t), 'sent');
  await writeFile(sent, fileOfForm(server.of('submit')[0]!).file);
  const names: string[] = [];
  for await (const { name } of readBundle(sent)) names.push(name);
  assert.deepEqual(names, [`${SOPInstanceUID}.dcm`]);
  assert.equal(server.of('delete').length, 1);
  await forwardAndEnd(way);
});

/** How a server's certificate may be, and what becomes of the job and of `dts check`. */
const CERTIFICATES: Readonly<Record<string, { options?: object; trusts: 'its' | 'another'; text?: RegExp }>> = {
  'of one of several authorities in the file': { trusts: 'its' },
  'of an authority that is not trusted': { trusts: 'another', text: /not signed by one of those that are trusted/ },
  'that has expired': { trusts: 'its', options: { fromDays: -20, toDays: -1 }, text: /certificate that has expired/ },
  'made out to another name': { trusts: 'its', options: { extensions: ['subjectAltName=DNS:other.example'] }, text: /another name/ },
};

for (const [what, { options = {}, trusts, text }] of Object.entries(CERTIFICATES)) {
  test(`over TLS, a server with a certificate ${what}`, async (t) => {
    if (!requirePeer(t, 'storescu', 'openssl')) return;
    const [its, another, third] = [await Authority.make(t), await Authority.make(t, 'Other CA'), await Authority.make(t, 'Third')];
    const tls = await its.issue('localhost', { extensions: ['subjectAltName=DNS:localhost'], ...options });
    const ca = join(await temporaryFolder(t), 'cert.crt');
    const trusted = trusts === 'its' ? [third, another, its] : [third, another];
    await writeFile(ca, (await Promise.all(trusted.map(({ cert }) => readFile(cert, 'utf8')))).join('\n'));
    const way = await makeWay(t, { tls, core: { ca } });
    const { station, server } = way;
    server.follow({ ask: [{ status: 200, body: way.result }] });
    await scan(station);
    const check = await station.dts(['check']);
    if (text === undefined) {
      assert.match(check.stdout, /ok +inference server https:.*answers \(200\)/);
      await tickUntil(station, 'forwarding');
      await forwardAndEnd(way);
      return;
    }
    assert.match(check.stdout, text);
    const { status, stderr } = await station.dts(['run-one-job', '--all']);
    assert.equal(status, 75);
    assert.match(stderr, text);
    assert.equal(server.asked.length, 0);
    assert.equal((await theJob(station)).state, 'staged');
  });
}
