// Orthanc as the PACS on both sides: it pushes a study into the station, and gets the result of the example core.

import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { writePhantomStudy } from '../../src/demo/phantom-study.ts';
import { JobFolder } from '../../src/spool/layout.ts';
import { requirePeer, runPeer, startOrthanc, temporaryFolder, type Orthanc } from '../rig/peers.ts';
import { makeStation } from '../rig/station.ts';
import { advanceAll, listJobs, showJob } from './ticks.ts';

/** Elements of a resource in Orthanc's REST answers. */
interface Resource {
  readonly ID: string;
  readonly MainDicomTags: Readonly<Record<string, string>>;
  readonly PatientMainDicomTags?: Readonly<Record<string, string>>;
}

async function post(orthanc: Orthanc, path: string, body: Uint8Array | string): Promise<unknown> {
  const answer = await fetch(orthanc.url + path, { method: 'POST', body });
  assert.ok(answer.ok, `${path} answered ${answer.status}: ${await answer.clone().text()}`);
  return answer.json();
}

async function find(orthanc: Orthanc, Level: string, Query: Readonly<Record<string, string>>): Promise<Resource[]> {
  return await post(orthanc, '/tools/find', JSON.stringify({ Level, Query, Expand: true })) as Resource[];
}

/** A dataset with all its lengths written out: Orthanc writes sequences and file meta information anew. */
async function normalDataset(t: TestContext, file: string): Promise<Buffer> {
  const dataset = join(await temporaryFolder(t), 'dataset');
  const options = ['--write-dataset', '--write-xfer-little', '--length-explicit'];
  const { exitCode, output } = await runPeer('dcmconv', [...options, file, dataset]);
  assert.equal(exitCode, 0, output);
  return readFile(dataset);
}

test('Orthanc pushes a study, and another Orthanc has the result in the same study, intact', async (t) => {
  if (!requirePeer(t, 'Orthanc', 'dcmconv')) return;
  const pacs = await startOrthanc(t);
  const station = await makeStation(t, {
    config: { Streams: [{
      name: 'AICore', trigger: { AETitleCalled: '^AICORE1$', AETitleCaller: '^ORTHANC' },
      destination: [{ AETitle: pacs.AETitle, IP: '127.0.0.1', PORT: pacs.port }],
    }] },
    statements: { AICore: {
      executor: 'process', command: [process.execPath, '{dts}/dist/example-core.mjs', '{}', '{output}'],
    } },
  });
  await station.startReceiver(t);
  const archive = await startOrthanc(t, {
    configuration: { DicomAet: 'ORTHANC-2', DicomModalities: { dts: ['AICORE1', '127.0.0.1', station.port] } },
  });
  const study = await writePhantomStudy(await temporaryFolder(t));
  const { StudyInstanceUID, PatientID } = study;
  for (const file of study.files) {
    const bytes = await readFile(file);
    for (const orthanc of [archive, pacs]) await post(orthanc, '/instances', bytes);
  }

  const [archived] = await find(archive, 'Study', { StudyInstanceUID });
  const pushed = await post(archive, '/modalities/dts/store', archived!.ID) as Record<string, unknown>;
  assert.deepEqual([pushed['InstancesCount'], pushed['FailedInstancesCount']], [study.files.length, 0]);
  await advanceAll(station);
  const [job] = await listJobs(station);
  assert.equal(job?.state, 'done');

  const studies = await find(pacs, 'Study', { StudyInstanceUID });
  assert.equal(studies.length, 1);
  assert.equal(studies[0]?.PatientMainDicomTags?.['PatientID'], PatientID);
  assert.equal((await find(pacs, 'Patient', { PatientID })).length, 1);
  const series = await find(pacs, 'Series', { StudyInstanceUID });
  const modalities = series.map(({ MainDicomTags }) => MainDicomTags['Modality']);
  assert.deepEqual(modalities.sort(), ['CT', 'CT', 'CT', 'CT', 'OT', 'SR']);

  const { result, path } = await showJob(station, job.JobId);
  assert.ok(result !== undefined && result.instances.length > 1);
  for (const { SOPInstanceUID } of result.instances) {
    const [found] = await find(pacs, 'Instance', { SOPInstanceUID });
    assert.ok(found !== undefined, SOPInstanceUID);
    const fetched = join(await temporaryFolder(t), 'fetched.dcm');
    await writeFile(fetched, await pacs.readBytes(`/instances/${found.ID}/file`));
    const sent = join(new JobFolder(path).result, `${SOPInstanceUID}.dcm`);
    assert.ok((await normalDataset(t, fetched)).equals(await normalDataset(t, sent)), SOPInstanceUID);
  }
});
