// Folder destinations with the real command: studies come in by C-STORE and lie in labs' folders, whatever they are called
// and whatever the disks of the labs are like.

import assert from 'node:assert/strict';
import { chmod, lstat, mkdir, readFile, readdir, readlink, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { hashOfDataset } from '../crash/studies.ts';
import { pathsBelow } from '../crash/data-tree.ts';
import { requirePeer, temporaryFolder } from '../rig/peers.ts';
import { withSmallDisk } from '../rig/small-disk.ts';
import { makeStation, type TestStation } from '../rig/station.ts';
import { forward, forwardUntilDone, jobStates, listDeliveries, makeRelay, show } from './relay-station.ts';
import { writeImage, writeSmallStudy, type SmallStudy } from './small-study.ts';
import { runJobs, scan, sendTo } from './ticks.ts';

const BY_SERIES = '{PatientID}/{StudyDate:YYYY-MM-DD}/{SeriesNumber:03}/{InstanceNumber:05}.dcm';

/** A folder of a lab that is there. */
async function makeLab(t: TestContext, name: string): Promise<string> {
  const folder = join(await temporaryFolder(t), name);
  await mkdir(folder);
  return folder;
}

/** Every file, hidden ones too. */
async function filesIn(folder: string): Promise<string[]> {
  const paths = await pathsBelow(folder);
  return paths.filter((path) => !paths.some((other) => other.startsWith(`${path}/`)));
}

test('a study goes to each lab whose filter fits, under its own names, with what describes it', async (t) => {
  if (!requirePeer(t, 'storescu')) return;
  const [neuro, all] = [await makeLab(t, 'neuro'), await makeLab(t, 'all')];
  const { station, study } = await makeRelay(t, [
    { type: 'folder', path: `${neuro}/${BY_SERIES}`, filter: [{ Modality: 'MR' }] },
    {
      name: 'everything', type: 'folder', path: `${all}/{StudyInstanceUID}/`, filter: [{ Modality: 'CT' }],
      sidecar: true, ready: '/{StudyInstanceUID}.ready', mode: '0660', directoryMode: '2770',
    },
    { type: 'folder', path: `${all}/{AccessionNumber}/{Modality}{InstanceNumber}` },
  ]);
  assert.equal(await forward(station), 0);
  assert.deepEqual(await jobStates(station), ['done']);
  assert.deepEqual(await filesIn(neuro), []);
  const [series] = study.series;
  const uids = [...series!.SOPInstanceUIDs].sort();
  assert.deepEqual(await filesIn(all), [
    `${study.StudyInstanceUID}.ready`, 'A-0815/CT1', 'A-0815/CT2',
    ...[...uids.map((uid) => `${uid}.dcm`), `${series!.SeriesInstanceUID}.json`].sort()
      .map((name) => `${study.StudyInstanceUID}/${name}`),
  ].sort());
  for (const [index, file] of series!.files.entries()) {
    assert.equal(await hashOfDataset(join(all, 'A-0815', `CT${index + 1}`)), await hashOfDataset(file));
  }
  const folder = join(all, study.StudyInstanceUID);
  assert.deepEqual([(await stat(folder)).mode & 0o7777, (await stat(join(folder, `${uids[0]}.dcm`))).mode & 0o7777], [
    0o2770, 0o660,
  ]);
  const ready = JSON.parse(await readFile(`${folder}.ready`, 'utf8'));
  assert.deepEqual({ ...ready, readyAt: typeof ready.readyAt }, {
    destination: 'everything', readyAt: 'string', DeliveryId: ready.DeliveryId, stream: 'Relay',
    StudyInstanceUID: study.StudyInstanceUID, instances: 2, missing: 0,
    files: uids.map((uid) => `${study.StudyInstanceUID}/${uid}.dcm`),
  });
  const sidecar = JSON.parse(await readFile(join(folder, `${series!.SeriesInstanceUID}.json`), 'utf8'));
  assert.equal(sidecar.PatientID, study.PatientID);
  assert.equal(sidecar.NumFiles, 2);
  assert.equal(sidecar.Path, folder);
  assert.deepEqual(sidecar.files.map(({ SOPInstanceUID }: { SOPInstanceUID: string }) => SOPInstanceUID),
    series!.SOPInstanceUIDs);
  const told = await listDeliveries(station);
  const { DeliveryId } = told.find(({ destination }) => destination === 'all')!;
  assert.match((await station.dts(['deliveries', 'show', DeliveryId])).stdout, /: lies in A-0815\/CT1\n/);
  assert.deepEqual(told.map(({ destination, state }) => `${destination} ${state}`).sort(), ['all done', 'everything done']);
});

test('a lab that is away is waited for, and told of in words that say what to do', async (t) => {
  if (!requirePeer(t, 'storescu')) return;
  const lab = await makeLab(t, 'lab');
  await rm(lab, { recursive: true });
  const { station } = await makeRelay(t, [{ name: 'lab', type: 'folder', path: `${lab}/${BY_SERIES}`, mustContain: '.mounted' }]);
  const checked = await station.dts(['check', '--offline']);
  assert.match(checked.stdout, /destination lab: there is no folder .*; mount its disk/);
  assert.equal(await forward(station), 75);
  assert.deepEqual((await show(station)).clock?.last, { reason: 'folder-missing', path: lab });
  await mkdir(lab);
  const echoed = await station.dts(['echo', 'lab']);
  assert.match(echoed.stdout + echoed.stderr, /holds no \.mounted/);
  assert.notEqual(echoed.status, 0);
  assert.deepEqual(await readdir(lab), []);
  await writeFile(join(lab, '.mounted'), '');
  await forwardUntilDone(station);
  assert.deepEqual(await filesIn(lab), [
    '.mounted', 'P-4711/2026-01-05/001/00001.dcm', 'P-4711/2026-01-05/001/00002.dcm',
  ]);
  assert.match((await station.dts(['check', '--offline'])).stdout, /ok .*destination lab: .* is there and ours to write/);
});

test('a lab whose disk is full or read-only gets its study when it is not any more, and nothing half before', async (t) => {
  if (!requirePeer(t, 'storescu')) return;
  const lab = await makeLab(t, 'lab');
  await withSmallDisk(t, lab, {}, async (inner, disk) => {
    const { station } = await makeRelay(inner, [{ type: 'folder', path: `${lab}/${BY_SERIES}` }], 3);
    const ballast = await disk.fill(128 * 1024);
    await fillWhole(join(lab, 'rest'));
    assert.equal(await forward(station), 75);
    assert.equal((await show(station)).clock?.last.reason, 'space-short');
    assert.deepEqual((await filesIn(lab)).filter((path) => !['ballast', 'rest', 'lost+found'].includes(path)), []);
    await rm(ballast);
    disk.remount('ro');
    const { DeliveryId } = (await listDeliveries(station))[0]!;
    const again = await station.dts(['forward', DeliveryId]);
    assert.match(again.stderr, /is on a file system that is mounted read-only/);
    assert.deepEqual((await show(station)).clock?.last, { reason: 'folder-forbidden', path: lab, code: 'EROFS' });
    disk.remount('rw');
    await forwardUntilDone(station);
    assert.equal((await filesIn(lab)).filter((path) => path.endsWith('.dcm')).length, 3);
  });
});

/** Values of a hostile sender, and where they may lead. */
const HOSTILE: readonly (readonly [PatientName: string, folder: RegExp])[] = [
  ['../../etc/passwd', /^___\.\._etc_passwd$/],
  ['/etc/passwd', /^_etc_passwd$/],
  ['..', /^unknown$/],
  ['.ssh', /^_ssh$/],
  ['CON', /^CON_$/],
  ['x'.repeat(64), /^x{64}$/],
  ['\u{1f600}\u202egnp.exe', /^\u{1f600}gnp\.exe$/u],
  ['a\nb\tc', /^a_b_c$/],
];

test('what a hostile sender calls its patients leads nowhere but below the lab\'s folder', async (t) => {
  if (!requirePeer(t, 'storescu')) return;
  const lab = await makeLab(t, 'lab');
  const station = await makeStation(t, { config: { Streams: [{
    name: 'Relay', trigger: {}, destination: [{ type: 'folder', path: `${lab}/{PatientName}/` }],
  }] } });
  await station.startReceiver(t);
  const folder = await temporaryFolder(t);
  for (const [index, [PatientName]] of HOSTILE.entries()) {
    await writeImage(join(folder, `${index}.dcm`), {
      SpecificCharacterSet: 'ISO_IR 192', PatientName, PatientID: `P${index}`, StudyInstanceUID: `1.2.${index}.1`,
      SeriesInstanceUID: `1.2.${index}.2`, SOPInstanceUID: `1.2.${index}.3`,
    });
  }
  await sendTo(station, [folder]);
  await advance(station);
  const files = await filesIn(lab);
  assert.equal(files.length, HOSTILE.length, files.join('\n'));
  for (const [index, [, expected]] of HOSTILE.entries()) {
    const found = files.find((path) => path.endsWith(`/1.2.${index}.3.dcm`));
    assert.match(found?.split('/').slice(0, -1).join('/') ?? 'nowhere', expected);
  }
  assert.deepEqual(await readdir(join(lab, '..')), ['lab']);
});

test('a link that a lab has planted is not followed; its instances fail, the others arrive', async (t) => {
  if (!requirePeer(t, 'storescu')) return;
  const [lab, outside] = [await makeLab(t, 'lab'), await makeLab(t, 'outside')];
  await mkdir(join(lab, 'A-0815'));
  await symlink(outside, join(lab, 'A-0815', '2'));
  const { station } = await makeRelay(t, [
    { name: 'lab', type: 'folder', path: `${lab}/{AccessionNumber}/{InstanceNumber}/a.dcm` },
  ], 3);
  await forward(station);
  assert.deepEqual(await jobStates(station), ['failed']);
  const { failures } = await show(station);
  assert.deepEqual(failures.map((failure) => ({ ...failure, SOPInstanceUID: '' })), [{
    reason: 'place-blocked', SOPInstanceUID: '', at: `${lab}/{AccessionNumber}/{InstanceNumber}`, by: 'file or link',
  }]);
  assert.deepEqual(await readdir(outside), []);
  assert.deepEqual((await filesIn(lab)).filter((path) => path.endsWith('.dcm')), ['A-0815/1/a.dcm', 'A-0815/3/a.dcm']);
  await rm(join(lab, 'A-0815', '2'));
  const { DeliveryId } = (await listDeliveries(station))[0]!;
  assert.equal((await station.dts(['deliveries', 'retry', DeliveryId])).status, 0);
  await forwardUntilDone(station);
  assert.equal((await filesIn(lab)).length, 3);
});

test('two hosts that put two parts of a study into its folder at once put all of it there, once', async (t) => {
  if (!requirePeer(t, 'storescu')) return;
  const lab = await makeLab(t, 'lab');
  const config = { Streams: [{ name: 'Relay', trigger: {}, destination: [
    { type: 'folder', path: `${lab}/{StudyInstanceUID}/{SeriesNumber}/{InstanceNumber:03}.dcm`, sidecar: true, ready: '.ready' },
  ] }] };
  const study = await writeSmallStudy(await temporaryFolder(t), { series: 2, instances: 30 });
  const stations = [await makeStation(t, { config }), await makeStation(t, { config })];
  for (const [index, station] of stations.entries()) {
    await station.startReceiver(t);
    // Each gets one series and a part of the other.
    await sendTo(station, [...study.series[index]!.files, ...study.series[1 - index]!.files.slice(0, 10)]);
    await scan(station);
    await runJobs(station);
  }
  const statuses = await Promise.all(stations.map((station) => station.dts(['forward'])));
  assert.deepEqual(statuses.map(({ status }) => status), [0, 0], statuses.map(({ stderr }) => stderr).join('\n'));
  const files = (await filesIn(lab)).filter((path) => path.endsWith('.dcm'));
  assert.equal(files.length, 60, files.join('\n'));
  await assertHolds(lab, study);
});

test('hard links share the station\'s bytes, symbolic links lead into its archive', async (t) => {
  if (!requirePeer(t, 'storescu')) return;
  const root = await temporaryFolder(t);
  const [hard, soft] = [join(root, 'hard'), join(root, 'soft')];
  for (const folder of [hard, soft]) await mkdir(folder);
  const { station, study } = await makeRelay(t, [
    { type: 'folder', path: `${hard}/`, copies: 'hardlink' }, { type: 'folder', path: `${soft}/`, copies: 'symlink' },
  ]);
  assert.equal(await forward(station), 0);
  for (const SOPInstanceUID of study.series[0]!.SOPInstanceUIDs) {
    const archived = station.layout.archivedInstance(study.StudyInstanceUID, SOPInstanceUID);
    const { dev, ino } = await stat(archived);
    const linked = await lstat(join(hard, `${SOPInstanceUID}.dcm`));
    assert.deepEqual([linked.dev, linked.ino], [dev, ino]);
    assert.equal(await readlink(join(soft, `${SOPInstanceUID}.dcm`)), archived);
  }
});

test('what leaves de-identified has the names of what leaves, not of whom it is', async (t) => {
  if (!requirePeer(t, 'storescu')) return;
  const lab = await makeLab(t, 'lab');
  const key = join(await temporaryFolder(t), 'key');
  await writeFile(key, 'k'.repeat(64), { mode: 0o600 });
  await chmod(key, 0o600);
  const station = await makeStation(t, { config: {
    deidentification: { key: { file: key } },
    Streams: [{ name: 'Relay', trigger: {}, destination: [
      { type: 'folder', path: `${lab}/{PatientID}/{PatientName}/`, deidentify: 'basic', sidecar: true, ready: '.ready' },
    ] }],
  } });
  await station.startReceiver(t);
  const study = await writeSmallStudy(await temporaryFolder(t));
  await sendTo(station, [study.folder]);
  await advance(station);
  const files = await filesIn(lab);
  assert.ok(files.length >= 4, files.join('\n'));
  const everything = [...files, ...await Promise.all(files.map((file) => readFile(join(lab, file), 'latin1')))].join('\n');
  for (const secret of [study.PatientID, 'Doe', study.StudyInstanceUID, ...study.series[0]!.SOPInstanceUIDs]) {
    assert.ok(!everything.includes(secret), `${secret} has left`);
  }
});

/** Writes until nothing more fits. */
async function fillWhole(path: string): Promise<void> {
  for (;;) {
    try {
      await writeFile(path, Buffer.alloc(512), { flag: 'a', flush: true });
    } catch (error) {
      assert.equal((error as NodeJS.ErrnoException).code, 'ENOSPC');
      return;
    }
  }
}

async function assertHolds(lab: string, { StudyInstanceUID, series }: SmallStudy): Promise<void> {
  for (const [seriesIndex, { files }] of series.entries()) {
    for (const [index, file] of files.entries()) {
      const path = join(lab, StudyInstanceUID, String(seriesIndex + 1), `${String(index + 1).padStart(3, '0')}.dcm`);
      assert.equal(await hashOfDataset(path), await hashOfDataset(file), path);
    }
  }
}

async function advance(station: TestStation): Promise<void> {
  await scan(station);
  await runJobs(station);
  assert.equal(await forward(station), 0);
}
