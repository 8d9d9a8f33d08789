// Destinations that are away, slow, choosy, broken, or mended: what the station does without anybody doing anything but
// ticks, and what a person can do.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { readEvents } from '../../src/log/read-events.ts';
import type { CommandSet } from '../../src/network/command-set.ts';
import { freePort, requirePeer, startStorescp, temporaryFolder } from '../rig/peers.ts';
import { startScriptedScp, startTcpServer } from '../rig/scripted-scp.ts';
import { makeStation } from '../rig/station.ts';
import {
  forward, forwardUntilDone, jobStates, listDeliveries, makeRelay, openDoor, show, SOPInstanceUIDsOf,
} from './relay-station.ts';
import { BASIC_TEXT_SR_STORAGE, writeResult, writeSmallStudy } from './small-study.ts';
import { listJobs, runJobs, scan, sendTo, until } from './ticks.ts';

const A_ASSOCIATE_RJ_FOR_NOW = Buffer.from([0x03, 0, 0, 0, 0, 4, 0, 2, 3, 2]);

test('a destination that is down is tried later and later, and gets everything when it comes up', async (t) => {
  if (!requirePeer(t, 'storescu')) return;
  const port = await freePort();
  const { station, study } = await makeRelay(t, [{ PORT: port }]);

  assert.equal(await forward(station), 75);
  const { stdout: listed } = await station.dts(['deliveries']);
  assert.match(listed, /pending .*after \d{4}-.*127\.0\.0\.1:\d+ cannot be reached/);
  assert.equal((await station.dts(['status'])).status, 75);
  await until('third try', async () => {
    await forward(station);
    return ((await show(station)).clock?.failedTries ?? 0) >= 3;
  });
  const waitSeconds: number[] = [];
  let notBefore = '';
  for await (const event of readEvents(station.layout)) {
    if (event.event !== 'delivery-postponed') continue;
    assert.ok(event.time >= notBefore, 'it is not tried before it is due');
    ({ notBefore } = event);
    waitSeconds.push(Math.ceil((Date.parse(notBefore) - Date.parse(event.time)) / 1000)); // told a little later
  }
  assert.deepEqual(waitSeconds.slice(0, 3), [1, 2, 4]);

  const pacs = await startScriptedScp(t);
  await openDoor(t, port, pacs.port);
  await forwardUntilDone(station);
  assert.deepEqual(SOPInstanceUIDsOf(pacs.messages).sort(), [...study.series[0]!.SOPInstanceUIDs].sort());
  assert.deepEqual(await jobStates(station), ['done']);
  assert.equal((await station.dts(['status'])).status, 0);
});

test('a destination that rejects the association for now gets everything later', async (t) => {
  if (!requirePeer(t, 'storescu')) return;
  const pacs = await startScriptedScp(t);
  let calls = 0;
  const door = await startTcpServer(t, (socket) => {
    calls += 1;
    if (calls === 1) {
      socket.once('data', () => socket.end(A_ASSOCIATE_RJ_FOR_NOW));
      return;
    }
    const inside = connect(pacs.port, '127.0.0.1');
    inside.on('error', () => socket.destroy());
    socket.pipe(inside).pipe(socket);
  });
  const { station } = await makeRelay(t, [{ PORT: door.port }]);
  assert.equal(await forward(station), 75);
  const last = (await show(station)).clock?.last;
  assert.deepEqual(last?.reason === 'peer-rejected' && last.permanent, false, JSON.stringify(last));
  await forwardUntilDone(station);
  assert.equal(pacs.messages.length, 2);
});

test('a destination that rejects the association for good fails the job until a person retries it', async (t) => {
  if (!requirePeer(t, 'storescu', 'storescp')) return;
  const [port, refusing] = [await freePort(), await startStorescp(t, { args: ['--refuse'] })];
  const { station } = await makeRelay(t, [{ name: 'PACS', PORT: port }]);
  await t.test('refused', async (inner) => {
    await openDoor(inner as TestContext, port, refusing.port);
    assert.equal(await forward(station), 76);
  });
  assert.equal((await show(station)).failures[0]?.reason, 'peer-rejected');
  assert.deepEqual(await jobStates(station), ['failed']);
  assert.equal((await station.dts(['status'])).status, 65);

  const pacs = await startScriptedScp(t);
  await openDoor(t, port, pacs.port);
  const JobId = (await listJobs(station))[0]!.JobId;
  const retried = await station.dts(['jobs', 'retry', JobId]);
  assert.deepEqual([retried.status, retried.stdout], [0, `${JobId}: forwarding\n`]);
  assert.equal(await forward(station), 0);
  assert.equal(pacs.messages.length, 2);
  assert.deepEqual(await jobStates(station), ['done']);
  assert.equal((await station.dts(['status'])).status, 0);
});

test('an instance answered with A700 is sent again, the others are not', async (t) => {
  if (!requirePeer(t, 'storescu')) return;
  const pacs = await startScriptedScp(t, { respond: (_message, index) => (index === 0 ? { Status: 0xa700 } : {}) });
  const { station } = await makeRelay(t, [{ PORT: pacs.port }], 3);
  assert.equal(await forward(station), 75);
  assert.equal(pacs.messages.length, 3);
  await forwardUntilDone(station);
  const [refused, ...stored] = SOPInstanceUIDsOf(pacs.messages);
  assert.deepEqual(stored.slice(2), [refused]);
});

test('an instance answered with C000 fails, the others are stored, and retry sends only that one', async (t) => {
  if (!requirePeer(t, 'storescu')) return;
  let broken = true;
  const pacs = await startScriptedScp(t, {
    respond: (_message, index): CommandSet => (broken && index === 1 ? { Status: 0xc000 } : {}),
  });
  const { station, study } = await makeRelay(t, [{ PORT: pacs.port }], 3);
  assert.equal(await forward(station), 76);
  const [, bad] = SOPInstanceUIDsOf(pacs.messages);
  const { state, failures } = await show(station);
  assert.deepEqual({ state, failures }, {
    state: 'failed', failures: [{ reason: 'instance-refused', SOPInstanceUID: bad, status: 0xc000 }],
  });
  const [job] = await listJobs(station);
  assert.equal(job?.state, 'failed');
  const shown = await station.dts(['jobs', 'show', job.JobId]);
  assert.match(shown.stdout, new RegExp(`failed +delivery .* failed: ${bad} was answered 0xC000`));

  broken = false;
  assert.equal((await station.dts(['deliveries', 'retry', '--study', study.StudyInstanceUID])).status, 0);
  assert.equal(await forward(station), 0);
  assert.deepEqual(SOPInstanceUIDsOf(pacs.messages).slice(3), [bad]);
  assert.deepEqual(await jobStates(station), ['done']);
});

test('an instance answered with the warning B000 counts as stored', async (t) => {
  if (!requirePeer(t, 'storescu')) return;
  const pacs = await startScriptedScp(t, { respond: () => ({ Status: 0xb000 }) });
  const { station } = await makeRelay(t, [{ PORT: pacs.port }]);
  assert.equal(await forward(station), 0);
  assert.equal(pacs.messages.length, 2);
  assert.deepEqual(await jobStates(station), ['done']);
});

test('a destination that goes away in the middle gets what is missing, and nothing that it has answered', async (t) => {
  if (!requirePeer(t, 'storescu')) return;
  let socket: Socket | undefined;
  const pacs = await startScriptedScp(t, {
    seen: (_bytes, current) => { socket = current; },
    respond: (_message, index) => {
      if (index !== 2) return {};
      socket?.destroy();
      return undefined;
    },
  });
  const { station, study } = await makeRelay(t, [{ PORT: pacs.port }], 4);
  assert.equal(await forward(station), 75);
  await forwardUntilDone(station);
  const sent = SOPInstanceUIDsOf(pacs.messages);
  assert.equal(sent.length, 5, 'the third, which was not answered, twice');
  assert.equal(sent[3], sent[2]);
  assert.deepEqual([...new Set(sent)].sort(), [...study.series[0]!.SOPInstanceUIDs].sort());
});

for (const option of ['--abort-after', '--abort-during']) {
  test(`storescp ${option} makes the delivery wait, not fail`, async (t) => {
    if (!requirePeer(t, 'storescu', 'storescp')) return;
    const pacs = await startStorescp(t, { args: [option] });
    const { station } = await makeRelay(t, [{ PORT: pacs.port }]);
    assert.equal(await forward(station), 75);
    assert.equal((await show(station)).clock?.last.reason, 'peer-aborted');
  });
}

test('each destination gets what its filter lets through, whatever becomes of the others', async (t) => {
  if (!requirePeer(t, 'storescu')) return;
  const study = await writeSmallStudy(await temporaryFolder(t));
  const output = join(await temporaryFolder(t), 'output');
  await mkdir(output);
  const asReport = { SOPClassUID: BASIC_TEXT_SR_STORAGE, Modality: 'SR' };
  const report = await writeResult(join(output, 'report.dcm'), study, asReport);
  const picture = await writeResult(join(output, 'picture.dcm'), study);

  const [reports, pictures] = [await startScriptedScp(t), await startScriptedScp(t)];
  const silent = await startTcpServer(t, () => undefined);
  const station = await makeStation(t, {
    config: { Streams: [{
      name: 'Core', trigger: { AETitleCalled: '^AICORE1$' },
      destination: [
        { name: 'down', AETitle: 'DOWN', IP: '127.0.0.1', PORT: await freePort() },
        { name: 'silent', AETitle: 'SILENT', IP: '127.0.0.1', PORT: silent.port },
        { name: 'reports', AETitle: 'SR', IP: '127.0.0.1', PORT: reports.port, filter: [{ Modality: 'SR' }] },
        { name: 'pictures', AETitle: 'SC', IP: '127.0.0.1', PORT: pictures.port,
          filter: [{ SOPClassUID: '1.2.840.10008.5.1.4.1.1.7', Modality: '*' }, { Modality: 'SEG' }] },
        { name: 'nothing', AETitle: 'SEG', IP: '127.0.0.1', PORT: pictures.port, filter: [{ Modality: 'SEG' }] },
      ],
    }] },
    statements: { Core: { executor: 'process', command: ['cp', '--archive', `${output}/.`, '{output}'] } },
  });
  await station.startReceiver(t);
  await sendTo(station, [study.folder]);
  await scan(station);
  await runJobs(station);

  const sending = station.start(t, ['forward', '--for', '60s', '--every', '100ms']);
  const bothHave = (count: number) => reports.messages.length === count && pictures.messages.length === count;
  await until('delivery beside a silent destination', () => bothHave(1));
  assert.deepEqual(SOPInstanceUIDsOf(reports.messages), [report]);
  assert.deepEqual(SOPInstanceUIDsOf(pictures.messages), [picture]);

  await t.test('nor does what comes while a silent destination is waited for', async () => {
    const next = await writeSmallStudy(await temporaryFolder(t));
    await sendTo(station, [next.folder]);
    await writeResult(join(output, 'report.dcm'), next, asReport);
    await writeResult(join(output, 'picture.dcm'), next);
    await scan(station);
    await runJobs(station);
    await until('second delivery', () => bothHave(2));
    assert.equal(sending.exitCode, null, 'the silent destination is still waited for');
  });

  sending.kill('SIGTERM');
  await once(sending, 'close');
  const states = (await listDeliveries(station)).map(({ destination, state }) => `${destination} ${state}`);
  assert.deepEqual(new Set(states), new Set(['down pending', 'silent pending', 'reports done', 'pictures done']));
});
