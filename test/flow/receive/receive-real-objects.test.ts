// Real objects of many makers, sent by real senders: the archive must have of each what a receiver that keeps every
// byte (storescp --bit-preserving) has of the same sender, and the station must be able to describe it.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { parseFileMeta } from '../../../src/dicom/file-meta.ts';
import { readHeader } from '../../../src/dicom/header.ts';
import { realObject, realObjects, withoutRealObjects } from '../../dicom/real-objects.ts';
import { requirePeer, runPeer, startOrthanc, startStorescp, temporaryFolder, type Orthanc } from '../../rig/peers.ts';
import { filesBelow } from '../../rig/receiver.ts';
import { makeReceivingStation, scanAll, seriesDescriptionOf, studyDescriptionOf } from '../receiving-station.ts';

/** What has storescu propose no more than a transfer syntax. */
const PROPOSE: Readonly<Record<string, string>> = {
  '1.2.840.10008.1.2': '-xi',
  '1.2.840.10008.1.2.1': '-xe',
  '1.2.840.10008.1.2.2': '-xb',
  '1.2.840.10008.1.2.1.99': '-xd',
  '1.2.840.10008.1.2.4.80': '-xt',
  '1.2.840.10008.1.2.4.90': '-xv',
  '1.2.840.10008.1.2.4.91': '-xw',
  '1.2.840.10008.1.2.5': '-xr',
};

const ORTHANC_MODALITIES = ['station', 'storescp'] as const;

/** Instance, transfer syntax and a digest of the dataset of each file below a folder, sorted. */
async function datasetsBelow(folder: string): Promise<string[]> {
  const datasets = (await filesBelow(folder)).map(async (name) => {
    const file = await readFile(join(folder, name));
    const meta = parseFileMeta(file);
    assert.ok(!('notDicom' in meta), name);
    const digest = createHash('sha256').update(file.subarray(meta.datasetOffset)).digest('hex');
    return `${meta.MediaStorageSOPInstanceUID} ${meta.TransferSyntaxUID} ${digest}`;
  });
  return (await Promise.all(datasets)).sort();
}

const IDENTIFIERS = {
  SOPClassUID: '1.2.840.10008.5.1.4.1.1.4', SOPInstanceUID: '1.2.3.1.1',
  StudyInstanceUID: '1.2.3', SeriesInstanceUID: '1.2.3.1',
} as const;

/** All objects; of one that does not say who it is, a copy that does, for nobody could keep it otherwise. */
async function identifiedObjects(t: TestContext): Promise<string[]> {
  const folder = await temporaryFolder(t);
  return Promise.all(realObjects().map(async (path) => {
    const header = await readHeader(path);
    assert.ok(!('notDicom' in header), path);
    if (header.text('SOPInstanceUID') !== undefined) return path;
    const copy = join(folder, basename(path));
    await writeFile(copy, await readFile(path)); // the copy may be written, whatever the original's mode
    const insertions = Object.entries(IDENTIFIERS).flatMap(([keyword, UID]) => ['--insert', `${keyword}=${UID}`]);
    const { exitCode, output } = await runPeer('dcmodify', ['--no-backup', ...insertions, copy]);
    assert.equal(exitCode, 0, output);
    return copy;
  }));
}

/** Makes what sends an object to both receivers. */
type MakeSend = (ports: readonly [station: number, storescp: number]) => Promise<(path: string) => Promise<void>>;

/** Sends all, and compares what the station has with what storescp has; then has the station describe its part. */
async function assertKeepsAll(t: TestContext, objects: readonly string[], makeSend: MakeSend): Promise<void> {
  const storescp = await startStorescp(t, { args: ['--bit-preserving', '+xa', '--unique-filenames'] });
  const { station, receiver } = await makeReceivingStation(t);
  const send = await makeSend([receiver.port, storescp.port]);
  for (const path of objects) await send(path);

  const expected = await datasetsBelow(storescp.directory);
  assert.equal(expected.length, objects.length);
  // Senders may convert: of what is in the folder of objects in two encodings the same may come twice.
  assert.deepEqual(await datasetsBelow(station.layout.archive), [...new Set(expected)]);

  await scanAll({ station });
  for (const path of objects) {
    const header = await readHeader(path);
    assert.ok(!('notDicom' in header));
    const [study, series] = [header.text('StudyInstanceUID') ?? '', header.text('SeriesInstanceUID') ?? ''];
    const description = await seriesDescriptionOf(station, study, series);
    assert.equal(description.Modality, header.text('Modality') ?? '', path);
    assert.equal(description.PatientName, header.text('PatientName') ?? '', path);
    assert.equal((await studyDescriptionOf(station, study)).PatientID, header.text('PatientID') ?? '', path);
  }
}

/** A sender of DCMTK, run for each receiver. */
function programSend(program: string, optionsFor: (path: string) => Promise<readonly string[]>): MakeSend {
  return async (ports) => async (path) => {
    for (const port of ports) {
      const { exitCode, output } = await runPeer(program, [...await optionsFor(path), '127.0.0.1', String(port), path]);
      assert.equal(exitCode, 0, `${path} ${output}`);
    }
  };
}

test('keeps real objects as storescu sends them', { skip: withoutRealObjects }, async (t) => {
  if (!requirePeer(t, 'dcmodify', 'storescu', 'storescp')) return;
  await assertKeepsAll(t, await identifiedObjects(t), programSend('storescu', async (path) => {
    const meta = parseFileMeta(await readFile(path));
    const propose = 'notDicom' in meta ? undefined : PROPOSE[meta.TransferSyntaxUID];
    assert.ok(propose, path);
    return ['-R', propose];
  }));
});

test('keeps real objects as dcmsend sends them', { skip: withoutRealObjects }, async (t) => {
  if (!requirePeer(t, 'dcmodify', 'dcmsend', 'storescp')) return;
  await assertKeepsAll(t, await identifiedObjects(t), programSend('dcmsend', async () => ['--decompress-never']));
});

test('keeps real objects as Orthanc sends them', { skip: withoutRealObjects }, async (t) => {
  if (!requirePeer(t, 'dcmodify', 'Orthanc', 'storescp')) return;
  await assertKeepsAll(t, await identifiedObjects(t), async ([stationPort, storescpPort]) => {
    const orthanc = await startOrthanc(t, {
      configuration: {
        DicomModalities: { station: ['DTS', '127.0.0.1', stationPort], storescp: ['S', '127.0.0.1', storescpPort] },
      },
    });
    return async (path) => {
      const { ID } = await post(orthanc, '/instances', await readFile(path)) as { readonly ID: string };
      for (const modality of ORTHANC_MODALITIES) {
        const sent = await post(orthanc, `/modalities/${modality}/store`, JSON.stringify([ID]));
        assert.equal((sent as { readonly FailedInstancesCount: number }).FailedInstancesCount, 0, path);
      }
      await fetch(`${orthanc.url}/instances/${ID}`, { method: 'DELETE' }); // another may come under the same UID
    };
  });
});

test('takes a study that a third party has Orthanc move to the station', { skip: withoutRealObjects }, async (t) => {
  if (!requirePeer(t, 'Orthanc', 'movescu')) return;
  const { station, receiver } = await makeReceivingStation(t);
  const orthanc = await startOrthanc(t, {
    configuration: {
      DicomAlwaysAllowMove: true,
      DicomModalities: { station: ['DTS', '127.0.0.1', receiver.port] },
    },
  });
  const path = realObject('CT_small.dcm');
  await post(orthanc, '/instances', await readFile(path));
  const header = await readHeader(path);
  assert.ok(!('notDicom' in header));
  const StudyInstanceUID = header.text('StudyInstanceUID') ?? '';
  const moved = await runPeer('movescu', ['-S', '-aet', 'WORKSTATION', '-aec', orthanc.AETitle, '-aem', 'DTS',
    '-k', 'QueryRetrieveLevel=STUDY', '-k', `StudyInstanceUID=${StudyInstanceUID}`, '127.0.0.1', String(orthanc.port)]);
  assert.equal(moved.exitCode, 0, moved.output);
  const [ended] = await receiver.happened('association-ended');
  assert.deepEqual([ended?.how, ended?.instances, ended?.refused], ['released', 1, 0]);
  await scanAll({ station });
  assert.equal((await studyDescriptionOf(station, StudyInstanceUID)).NumFiles, 1);
});

async function post(orthanc: Orthanc, path: string, body: Buffer | string): Promise<unknown> {
  const answer = await fetch(orthanc.url + path, { method: 'POST', body });
  assert.ok(answer.ok, `${path} answered ${answer.status}: ${orthanc.output()}`);
  return answer.json();
}
