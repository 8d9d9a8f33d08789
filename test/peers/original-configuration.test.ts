// A site that runs the original changes over: its files are used as they are, but for where its data and its PACS are.

import assert from 'node:assert/strict';
import { chmod, mkdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, test, type TestContext } from 'node:test';
import { createUID } from '../../src/dicom/new-uid.ts';
import { listMarks } from '../../src/spool/arrivals.ts';
import { chain, receiver, station as stationFile, statements } from '../config/specification.ts';
import { requirePeer, temporaryFolder } from '../rig/peers.ts';
import { makePodman, PODMAN_PEERS } from '../rig/podman.ts';
import { startScriptedScp } from '../rig/scripted-scp.ts';
import { makeStation, type TestStation } from '../rig/station.ts';
import { makeImage } from './image.ts';
import { writeImage, writeResult, writeSmallStudy, type SmallStudy } from './small-study.ts';
import { runJobs, scan, sendTo, showJob, theJob } from './ticks.ts';

const installed = await makePodman();
after(() => installed?.remove());

/** What the image of the original's example has for `python`: it keeps how it was called. */
const PYTHON = `#!/bin/sh
echo "$0 $*" > /output/called
cp /template/result.dcm /output/
`;

/** Writes the specification's files, with the chain as the stream's actions, at the station's own places. */
async function writeOriginalFiles(station: TestStation, pacsPort: number): Promise<void> {
  const [stream] = stationFile.Streams;
  const config = { ...stationFile, Streams: [{ ...stream, 'trigger-study': chain }] };
  const files = { 'receiver.json': receiver, 'config.json': config, 'select_statements.json': statements };
  for (const [name, content] of Object.entries(files)) {
    const text = JSON.stringify(content, null, 2)
      .replaceAll('"/data', `"${station.layout.datadir}`)
      .replaceAll('"11112"', `"${station.port}"`)
      .replace('"7280"', `"${pacsPort}"`)
      .replace('"fiona.ihelse.net"', '"127.0.0.1"');
    await writeFile(join(station.config, name), text);
  }
}

/** A study with one series that the example's select statement is for, and one that it is not for. */
async function writeVibeStudy(folder: string): Promise<SmallStudy & { readonly vibe: string }> {
  const study = await writeSmallStudy(folder);
  const { StudyInstanceUID, PatientID, AccessionNumber } = study;
  const vibe = createUID();
  for (const InstanceNumber of [1, 2, 3]) {
    await writeImage(join(folder, `vibe-${InstanceNumber}.dcm`), {
      StudyInstanceUID, PatientID, AccessionNumber, SeriesInstanceUID: vibe, InstanceNumber,
      SOPInstanceUID: createUID(), Modality: 'MR', ProtocolName: 't1_vibe_fs_tra', ContrastBolusAgent: '15 ml Dotarem',
    });
  }
  return { ...study, vibe };
}

async function makePythonImage(t: TestContext, study: SmallStudy): Promise<string> {
  const root = await temporaryFolder(t);
  await mkdir(join(root, 'bin'));
  await mkdir(join(root, 'template'));
  await writeFile(join(root, 'bin', 'python'), PYTHON);
  await chmod(join(root, 'bin', 'python'), 0o755);
  const result = join(root, 'template', 'result.dcm');
  const SOPInstanceUID = await writeResult(result, study, { SeriesDescription: 'Report' });
  makeImage(installed!, statements.AICore.docker_image, root, 'CMD ["/bin/false"]');
  return SOPInstanceUID;
}

/** As if the quiet time had passed. */
async function letQuietTimePass({ layout }: TestStation): Promise<void> {
  for (const { name, markedAt } of (await listMarks(layout)).marks) {
    const earlier = new Date(markedAt.getTime() - stationFile.timeout * 1000);
    await utimes(layout.mark(name), earlier, earlier);
  }
}

test('the original\'s files load unchanged, and a study goes all the way by them', async (t) => {
  if (!requirePeer(t, 'storescu', ...PODMAN_PEERS)) return;
  const pacs = await startScriptedScp(t);
  const station = await makeStation(t);
  await writeOriginalFiles(station, pacs.port);
  const checked = await station.dts(['check', '--offline']);
  assert.ok(!/error:/.test(checked.stderr + checked.stdout), checked.stdout + checked.stderr);
  assert.match(checked.stdout + checked.stderr, /ror, pullSelect\.sh and addJob\.sh are not run/);

  const study = await writeVibeStudy(join(await temporaryFolder(t), 'study'));
  const SOPInstanceUID = await makePythonImage(t, study);
  await station.startReceiver(t);
  await sendTo(station, [study.folder]);
  await scan(station);
  assert.deepEqual((await listMarks(station.layout)).marks.length, 3, 'it is not quiet for 16 s yet');
  await letQuietTimePass(station);
  await scan(station);
  const { JobId, selected } = await theJob(station);
  assert.deepEqual(selected, [
    { StudyInstanceUID: study.StudyInstanceUID, SeriesInstanceUID: study.vibe, NameFromSelect: 'VIBE' },
  ]);
  await runJobs(station);
  const forwarded = await station.dts(['forward']);
  assert.deepEqual([forwarded.status, forwarded.stdout, forwarded.stderr], [0, '', '']);

  assert.equal((await showJob(station, JobId)).state, 'done');
  const called = await readFile(join(station.job('done', JobId).output, 'called'), 'utf8');
  assert.equal(called, '/bin/python /app/segm.py /data\n');
  assert.deepEqual(pacs.messages.map(({ command }) => command.AffectedSOPInstanceUID), [SOPInstanceUID]);
  assert.equal((await station.dts(['status'])).status, 0);
});
