// A station that has work of every kind, made by the station itself: a study came in, one stream relays it to a PACS that
// cannot be reached, another one ran a core that failed,
// with an escape sequence as its last word.

import assert from 'node:assert/strict';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { writePart10, type Dataset } from '../../src/dicom/write.ts';
import { sendInstances } from '../../src/network/store-scu.ts';
import { describeInstance, peerAt } from '../network/instances.ts';
import { freePort, temporaryFolder } from '../rig/peers.ts';
import { startReceiver } from '../rig/receiver.ts';
import { makeStation, type StationFiles, type TestStation } from '../rig/station.ts';

export const STUDY = '1.2.826.0.1.3680043.10.7';
const SERIES = `${STUDY}.1`;

/** A folder with the two instances of a study. */
export async function writeStudy(t: Pick<TestContext, 'after'>, values: Dataset = {}): Promise<string> {
  const folder = await temporaryFolder(t);
  for (const number of [1, 2]) {
    await writePart10(join(folder, `${number}.dcm`), {
      SOPClassUID: '1.2.840.10008.5.1.4.1.1.2', SOPInstanceUID: `${SERIES}.${number}`,
      StudyInstanceUID: STUDY, SeriesInstanceUID: SERIES, InstanceNumber: number, SeriesNumber: 1,
      PatientID: 'P1', PatientName: 'Doe^Jane', AccessionNumber: 'A1', StudyDate: '20261120', StudyTime: '081530',
      StudyDescription: 'Chest', SeriesDescription: 'Thin', Modality: 'CT',
      ...values,
    });
  }
  return folder;
}

/** Sends a study by C-STORE to a receiver of the station. */
export async function receiveStudy(
  t: TestContext, station: TestStation, values: Dataset = {}, callingAETitle = 'MODALITY',
): Promise<void> {
  await rm(station.layout.raw, { recursive: true, force: true }); // or an instance that came before would be no news
  const folder = await writeStudy(t, values);
  const receiver = await startReceiver(t, { datadir: station.layout.datadir });
  const instances = await Promise.all((await readdir(folder)).map((name) => describeInstance(join(folder, name))));
  const peer = { ...peerAt(receiver.port), callingAETitle, calledAETitle: 'AICORE' };
  const outcome = await sendInstances(peer, instances, { answered: () => undefined });
  assert.equal(outcome.failure, undefined);
  await receiver.stop();
}

export interface BusyStation {
  readonly station: TestStation;
  /** In `forwarding`. */
  readonly relayed: string;
  /** In `failed`. */
  readonly failed: string;
  /** In `pending`, for PACS. */
  readonly delivery: string;
}

/** The configuration of a busy station. */
export async function busyFiles(): Promise<StationFiles> {
  const trigger = { AETitleCalled: '^AICORE$', AETitleCaller: '.*' };
  return {
    config: {
      destinations: { PACS: { AETitle: 'PACS', IP: '127.0.0.1', PORT: await freePort() } },
      Streams: [
        { name: 'Relay', trigger, destination: ['PACS'] },
        { name: 'Broken', trigger, destination: ['PACS'], 'trigger-study': [{ type: 'job' }] },
      ],
    },
    statements: {
      Broken: {
        executor: 'process', select: 'SELECT study FROM study WHERE series NAMED "all" HAS Modality == CT',
        command: [process.execPath, '-e', 'console.log("no luck \\u001b[2J"); process.exit(3)'],
      },
    },
  };
}

/** @param values of the study's header beside the usual ones */
export async function makeBusyStation(
  t: TestContext, values: Dataset = {}, callingAETitle?: string,
): Promise<BusyStation> {
  const station = await makeStation(t, await busyFiles());
  await receiveStudy(t, station, values, callingAETitle);
  const scanned = await station.dts(['scan-arrived']);
  assert.equal(scanned.status, 0, scanned.stderr);
  const JobIds = await readdir(station.layout.jobsIn('pending'));
  const relayed = JobIds.find((id) => id.includes('-Relay-')) ?? '';
  const failed = JobIds.find((id) => id.includes('-Broken-')) ?? '';
  assert.equal((await station.dts(['run-one-job', relayed, '--wait'])).status, 0);
  assert.equal((await station.dts(['run-one-job', failed, '--wait'])).status, 65);
  const [delivery = ''] = await readdir(station.layout.deliveriesIn('pending'));
  return { station, relayed, failed, delivery };
}
