// forward, killed at each step by which what the way back needs comes to disk: nothing has left by then, and the next run
// sends all of it, once.

import assert from 'node:assert/strict';
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { writePart10 } from '../../src/dicom/write.ts';
import { listDeliveryIds } from '../../src/spool/delivery-store.ts';
import { Layout } from '../../src/spool/layout.ts';
import { formatMarkName } from '../../src/spool/mark-name.ts';
import { startScriptedScp } from '../rig/scripted-scp.ts';
import { makeStation } from '../rig/station.ts';

const STUDY = '1.2.3';
const INSTANCES = ['1.2.3.1.1', '1.2.3.1.2'];

test('what brings results back is on disk before anything leaves, wherever forward is killed', async (t) => {
  const scp = await startScriptedScp(t);
  const station = await makeStation(t);
  const key = join(station.root, 'key');
  await writeFile(key, 'a secret of this test alone', { mode: 0o600 });
  const profiles = { away: { wayBack: true } };
  const destination = [{ AETitle: 'AWAY', IP: '127.0.0.1', PORT: scp.port, deidentify: 'away' }];
  await station.configure({ config: { deidentification: { key: { file: key }, profiles }, Streams: [{ name: 'Relay', trigger: {}, destination }] } });
  await arrive(station.layout);
  await station.dts(['scan-arrived']);
  while ((await listDeliveryIds(station.layout, 'pending')).length === 0) await station.dts(['run-one-job', '--all']);
  const kept = join(station.root, 'kept');
  await cp(station.layout.datadir, kept, { recursive: true });
  const trace = join(station.root, 'trace');
  assert.equal((await station.dts(['forward'], { env: { DTS_FAILPOINT_TRACE: trace } })).status, 0);
  assert.equal(scp.messages.length, INSTANCES.length);
  const steps = (await readFile(trace, 'utf8')).trim().split('\n');
  const ofWayBack = steps.flatMap((step, index) => (step.includes('/pseudonyms') ? [index + 1] : []));
  assert.ok(ofWayBack.length >= 2, steps.join('\n'));

  for (const step of [...ofWayBack, Math.max(...ofWayBack) + 1]) {
    await rm(station.layout.datadir, { recursive: true });
    await cp(kept, station.layout.datadir, { recursive: true });
    const before = scp.messages.length;
    const sentSince = () => scp.messages.length - before;
    const killed = await station.dts(['forward'], { env: { DTS_FAILPOINT: String(step) } });
    assert.equal(killed.signal, 'SIGKILL', `step ${step}`);
    assert.equal(sentSince(), 0, `step ${step}`);
    const { status } = await station.dts(['forward']);
    assert.deepEqual([status, sentSince()], [0, INSTANCES.length], `step ${step}`);
    const [study = ''] = await readdir(join(station.layout.pseudonyms, 'away'));
    assert.equal((await readdir(join(station.layout.pseudonyms, 'away', study))).filter((name) => !name.startsWith('.')).length, 1);
  }
});

/** Puts a study into the archive, marked, as the receiver would. */
async function arrive(layout: Layout): Promise<void> {
  for (const [index, SOPInstanceUID] of INSTANCES.entries()) {
    const path = layout.archivedInstance(STUDY, SOPInstanceUID);
    await mkdir(dirname(path), { recursive: true });
    await writePart10(path, {
      SOPClassUID: '1.2.840.10008.5.1.4.1.1.2', SOPInstanceUID, StudyInstanceUID: STUDY, SeriesInstanceUID: '1.2.3.1',
      PatientID: 'P1', PatientName: 'Doe^Jane', Modality: 'CT', InstanceNumber: index + 1,
    });
  }
  await mkdir(layout.arrived, { recursive: true });
  const about = { callingAETitle: 'CT', calledAETitle: 'DTS', address: '10.0.0.1', StudyInstanceUID: STUDY };
  await writeFile(layout.mark(formatMarkName(about)), '');
}
