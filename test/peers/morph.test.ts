// A hospital's relay, with the real commands: a study goes changed to research and untouched to the PACS, wherever the
// sending is killed; instances go on while their study still comes; and a person sees before what would be changed.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdir, readdir, rm, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { createUID } from '../../src/dicom/new-uid.ts';
import type { Preview } from '../../src/flow/prepare/preview.ts';
import { readEvents } from '../../src/log/read-events.ts';
import { hashOfDataset } from '../crash/studies.ts';
import { requirePeer, runPeer, startOrthanc, startStorescp, temporaryFolder } from '../rig/peers.ts';
import { startScriptedScp } from '../rig/scripted-scp.ts';
import { withSmallDisk } from '../rig/small-disk.ts';
import { makeStation, type TestStation } from '../rig/station.ts';
import { forwardUntilDone, jobStates, listDeliveries, SOPInstanceUIDsOf } from './relay-station.ts';
import { writeImage, writeSmallStudy, type SmallStudy } from './small-study.ts';
import { listJobs, readJson, runJobs, scan, sendTo, until } from './ticks.ts';

const RETRY = { firstSeconds: 1, maxSeconds: 2 };
const MORPH = [
  { type: 'set', element: 'InstitutionName', value: 'Research {Modality}' },
  { type: 'remove', element: ['PatientComments', 'StudyTime'] },
  { type: 'replace', element: 'PatientName', pattern: '^([^^]*).*$', with: '$1' },
];

async function relayTo(t: TestContext, destination: readonly object[], stream: object = {}): Promise<TestStation> {
  const station = await makeStation(t, {
    config: { Streams: [{ name: 'Relay', trigger: { AETitleCalled: '^AICORE1$' }, destination, ...stream }] },
  });
  await station.startReceiver(t);
  return station;
}

async function datasetsIn(folder: string): Promise<string[]> {
  const files = await readdir(folder);
  return (await Promise.all(files.map((file) => hashOfDataset(join(folder, file))))).sort();
}

const datasetsOf = ({ files }: SmallStudy): Promise<string[]> => {
  return Promise.all(files.map((file) => hashOfDataset(file))).then((hashes) => hashes.sort());
};

test('research has a changed copy and the PACS the bytes as they came, wherever forward was killed', async (t) => {
  if (!requirePeer(t, 'storescu', 'storescp', 'Orthanc')) return;
  const research = await startOrthanc(t);
  const pacs = await startStorescp(t, { args: ['--bit-preserving'] });
  const station = await relayTo(t, [
    { name: 'RESEARCH', AETitle: research.AETitle, IP: '127.0.0.1', PORT: research.port, retry: RETRY, morph: MORPH },
    { name: 'PACS', AETitle: 'PACS', IP: '127.0.0.1', PORT: pacs.port, retry: RETRY },
  ]);
  const study = await writeSmallStudy(await temporaryFolder(t), { series: 2, instances: 4 });
  await sendTo(station, [study.folder]);
  await scan(station);
  await runJobs(station);
  for (const failpoint of ['write-pieces:5', 'append-line:5', 'append-line:3']) {
    const { signal } = await station.dts(['forward'], { env: { ...process.env, DTS_FAILPOINT: failpoint } });
    assert.equal(signal, 'SIGKILL', failpoint);
  }
  await forwardUntilDone(station);

  assert.deepEqual(await datasetsIn(pacs.directory), await datasetsOf(study));
  const instances = await research.readJson('/instances') as string[];
  assert.equal(instances.length, study.files.length);
  for (const instance of instances) {
    const tags = await research.readJson(`/instances/${instance}/simplified-tags`) as Record<string, string>;
    assert.deepEqual(
      [tags['InstitutionName'], tags['PatientName'], tags['StudyTime'], tags['StudyInstanceUID']],
      ['Research CT', 'Doe', undefined, study.StudyInstanceUID]);
  }
  const changed = (await listDeliveries(station)).find(({ destination }) => destination === 'RESEARCH');
  const { stdout } = await station.dts(['deliveries', 'show', changed?.DeliveryId ?? '']);
  assert.match(stdout, /changed {6}8 instances for RESEARCH: InstitutionName \(8\)/);
  await runJobs(station);
  assert.deepEqual(await jobStates(station), ['done']);
});

test('instances go on while their study still comes, each once, and the job of the last ends it', async (t) => {
  if (!requirePeer(t, 'storescu')) return;
  const pacs = await startScriptedScp(t);
  const destination = [{ name: 'PACS', AETitle: 'PACS', IP: '127.0.0.1', PORT: pacs.port, retry: RETRY }];
  const station = await relayTo(t, destination, { relay: 'as-they-arrive', timeout: 5 });
  const study = await writeSmallStudy(await temporaryFolder(t), { instances: 5 });
  const UIDs = study.series[0]!.SOPInstanceUIDs;
  const goOn = async (): Promise<void> => {
    await scan(station);
    await station.dts(['run-one-job', '--all']);
    await station.dts(['forward']);
  };
  await sendTo(station, study.files.slice(0, 2));
  await goOn();
  assert.deepEqual(SOPInstanceUIDsOf(pacs.messages).sort(), UIDs.slice(0, 2).sort(), 'before it is complete');
  assert.equal((await readdir(station.layout.arrived)).some((name) => name.includes('scp_')), true);
  const { stdout: explained } = await station.dts(['explain', study.StudyInstanceUID]);
  assert.match(explained, /delivers the study, instance by instance as it arrives, without a core/);
  await sendTo(station, study.files.slice(1, 4)); // the second once more
  await goOn();
  assert.deepEqual(SOPInstanceUIDsOf(pacs.messages).sort(), UIDs.slice(0, 4).sort());
  await sendTo(station, study.files.slice(4));
  await until('end of the arrival', async () => {
    await goOn();
    return !(await readdir(station.layout.arrived)).some((name) => name.includes('scp_'));
  });
  await goOn();
  await runJobs(station);
  assert.deepEqual(SOPInstanceUIDsOf(pacs.messages).sort(), [...UIDs].sort());
  assert.ok((await listJobs(station)).every(({ state }) => state === 'done'));
});

test('a person sees what would be changed before anything leaves, and sends by hand what is changed so', async (t) => {
  if (!requirePeer(t, 'dcmdump')) return;
  const pacs = await startStorescp(t);
  const station = await relayTo(t, [{ name: 'PACS', AETitle: 'PACS', IP: '127.0.0.1', PORT: pacs.port, morph: MORPH }]);
  const { folder, files: [file = ''] } = await writeSmallStudy(await temporaryFolder(t), { instances: 1 });

  const shown = await station.dts(['forward', '--to', 'PACS', '--dry-run', folder]);
  assert.deepEqual([shown.status, shown.stderr], [0, '']);
  assert.equal(shown.stdout, `${file}:\n`
    + '  StudyTime  (step 2)\n  - 083000\n'
    + '  InstitutionName  (step 1)\n  + Research CT\n'
    + '  PatientName  (step 3)\n  - Doe^Jane\n  + Doe\n');
  const [preview] = await readJson<Preview[]>(station, ['forward', '--to', 'PACS', '--dry-run', folder]);
  assert.deepEqual(preview?.differences.find(({ element }) => element === 'PatientName'), {
    element: 'PatientName', before: 'Doe^Jane', after: 'Doe',
  });
  assert.deepEqual(await readdir(pacs.directory), []);

  const left = station.layout.preparedByHand(1); // by a process that was killed days ago
  await mkdir(left.instances, { recursive: true });
  const daysAgo = new Date(Date.now() - 3 * 86_400_000);
  await utimes(left.path, daysAgo, daysAgo);
  assert.equal((await station.dts(['forward', '--to', 'PACS', folder])).status, 0);
  const [sent = ''] = await readdir(pacs.directory);
  const { output } = await runPeer(
    'dcmdump', ['+P', 'PatientName', '+P', 'InstitutionName', join(pacs.directory, sent)]);
  assert.match(output, /\[Doe\][^]*\[Research CT\]/);
  assert.deepEqual(await readdir(station.layout.byHand), [], 'the copies are gone');
});

test('a dry run names what would not leave, and why', async (t) => {
  const morph = [{ type: 'set', element: 'StudyID', value: '{PatientName} {StudyInstanceUID}' }];
  const station = await relayTo(t, [{ name: 'PACS', AETitle: 'PACS', IP: '127.0.0.1', PORT: 104, morph }]);
  const { folder } = await writeSmallStudy(await temporaryFolder(t), { instances: 1 });
  const { status, stdout, stderr } = await station.dts(['forward', '--to', 'PACS', '--dry-run', folder]);
  assert.deepEqual([status, stdout], [65, '']);
  assert.match(
    stderr,
    /error: .*1-1\.dcm: would not leave: .* step 1 of its morph: StudyID has \d+ characters, and VR SH takes 16/);
  assert.equal((await station.dts(['forward', '--dry-run', folder])).status, 64);
  assert.equal((await station.dts(['forward', '--to', 'NOBODY', '--dry-run', folder])).status, 64);
});

test('a disk that is full while copies are made leaves none of them, and all goes on when there is room', async (t) => {
  if (!requirePeer(t, 'storescu')) return;
  const pacs = await startScriptedScp(t);
  const destination = [{ AETitle: 'PACS', IP: '127.0.0.1', PORT: pacs.port, retry: RETRY, morph: MORPH }];
  const station = await makeStation(t, { config: { Streams: [{ name: 'Relay', trigger: {}, destination }] } });
  const folder = await temporaryFolder(t);
  const study = { StudyInstanceUID: createUID(), SeriesInstanceUID: createUID() };
  for (let number = 1; number <= 6; number += 1) {
    const PixelData = Buffer.alloc(1024 * 1024, number);
    await writeImage(
      join(folder, `${number}.dcm`), { ...study, SOPInstanceUID: createUID(), Rows: 512, Columns: 1024, PixelData });
  }
  await withSmallDisk(t, station.layout.datadir, {}, async (inner, disk) => {
    await station.startReceiver(inner);
    await sendTo(station, [folder]);
    await scan(station);
    await runJobs(station);
    const ballast = await disk.fill(3 * 1024 * 1024);
    const { status } = await station.dts(['forward']);
    assert.equal(status, 75);
    const [delivery] = await listDeliveries(station);
    const left = await readdir(station.layout.delivery('pending', delivery?.DeliveryId ?? ''));
    assert.deepEqual(left.filter((name) => name.startsWith('prepar')), []);
    assert.equal(pacs.messages.length, 0);
    await rm(ballast);
    await forwardUntilDone(station);
    assert.equal(pacs.messages.length, 6);
  });
});

test('of two forwards at once one makes the copies, and each instance leaves once', async (t) => {
  if (!requirePeer(t, 'storescu')) return;
  const pacs = await startScriptedScp(t);
  const station = await relayTo(t, [{ AETitle: 'PACS', IP: '127.0.0.1', PORT: pacs.port, retry: RETRY, morph: MORPH }]);
  const study = await writeSmallStudy(await temporaryFolder(t), { instances: 40 });
  await sendTo(station, [study.folder]);
  await scan(station);
  await runJobs(station);
  const ended = await Promise.all([1, 2, 3].map(() => station.dts(['forward'])));
  assert.deepEqual(ended.map(({ status }) => status), [0, 0, 0]);
  assert.deepEqual(SOPInstanceUIDsOf(pacs.messages).sort(), [...study.series[0]!.SOPInstanceUIDs].sort());
  let prepared = 0;
  for await (const event of readEvents(station.layout)) if (event.event === 'delivery-prepared') prepared += 1;
  assert.equal(prepared, 1);
});

test('who ends a forward by Ctrl-C while copies are made leaves the delivery as it was', async (t) => {
  if (!requirePeer(t, 'storescu')) return;
  const pacs = await startScriptedScp(t);
  const station = await relayTo(t, [{ AETitle: 'PACS', IP: '127.0.0.1', PORT: pacs.port, retry: RETRY, morph: MORPH }]);
  const study = await writeSmallStudy(await temporaryFolder(t), { instances: 300 });
  await sendTo(station, [study.folder]);
  await scan(station);
  await runJobs(station);
  const [delivery] = await listDeliveries(station);
  const path = station.layout.delivery('pending', delivery?.DeliveryId ?? '');
  const child = station.start(t, ['forward']);
  const ended = once(child, 'exit');
  await until('first copy', async () => {
    return child.exitCode !== null || (await readdir(path)).includes('preparing');
  });
  child.kill('SIGINT');
  assert.deepEqual(await ended, [130, null]);
  assert.deepEqual((await readdir(path)).filter((name) => name.startsWith('prepar')), []);
  await forwardUntilDone(station);
  assert.equal(pacs.messages.length, 300);
});
