// A station whose flow runs inside the test, with a receiver in front of it: what comes by the network can be scanned.

import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import type { SeriesDescription, StudyDescription } from '../../src/flow/arrival/series-description.ts';
import { findJson, listDirectory } from '../../src/spool/read.ts';
import { startReceiver, type RunningReceiver } from '../rig/receiver.ts';
import type { StationFiles } from '../rig/station.ts';
import { makeFlowStation, type FlowStation } from './flow-station.ts';

export interface ReceivingStation {
  readonly station: FlowStation;
  readonly receiver: RunningReceiver;
}

/** Both on one data directory, which is removed after the receiver has stopped. */
export async function makeReceivingStation(
  t: Pick<TestContext, 'after'>, files: StationFiles = {},
): Promise<ReceivingStation> {
  const cleanUps: (() => unknown)[] = [];
  const after = (cleanUp: unknown) => void cleanUps.push(cleanUp as () => unknown);
  const station = await makeFlowStation({ after }, files);
  const receiver = await startReceiver(t, { datadir: station.layout.datadir });
  t.after(async () => {
    for (const cleanUp of cleanUps) await cleanUp();
  });
  return { station, receiver };
}

/** Scans, after which no arrival may be left, nor set aside. */
export async function scanAll({ station }: Pick<ReceivingStation, 'station'>): Promise<void> {
  await station.scan();
  const { arrived, claimed, rejected } = station.layout;
  for (const folder of [arrived, claimed, rejected]) assert.deepEqual(await listDirectory(folder), [], folder);
}

/** What the station says of a study, or of a series of it; it must have been described. */
export async function studyDescriptionOf(station: FlowStation, StudyInstanceUID: string): Promise<StudyDescription> {
  const description = await findJson<StudyDescription>(station.layout.studyDescription(StudyInstanceUID));
  assert.ok(description, `study ${StudyInstanceUID} is not described`);
  return description;
}

export async function seriesDescriptionOf(
  station: FlowStation, StudyInstanceUID: string, SeriesInstanceUID: string,
): Promise<SeriesDescription> {
  const file = station.layout.seriesDescription(StudyInstanceUID, SeriesInstanceUID);
  const description = await findJson<SeriesDescription>(file);
  assert.ok(description, `series ${SeriesInstanceUID} is not described`);
  return description;
}
