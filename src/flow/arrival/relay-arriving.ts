// Lets go on what has come of studies that streams relay as they arrive: docs/INTERNALS.md, "Relaying as instances
// arrive", as code.
//
// Promises: every instance of the study goes on in one batch, in none twice, wherever a run was cut off. While nothing
// comes, a look costs the time of one file.

import type { Stream } from '../../config/configuration.ts';
import { readHeader } from '../../dicom/header.ts';
import type { Keyword } from '../../dicom/keywords.ts';
import { failureText } from '../../job/failure-text.ts';
import type { Failure } from '../../job/failure.ts';
import { jobId } from '../../job/job-id.ts';
import type { ArrivalOrigin } from '../../job/job.ts';
import type { Claim } from '../../spool/arrivals.ts';
import type { Beginning } from '../../spool/job-store.ts';
import type { Lease } from '../../spool/lease.ts';
import { exists, listDirectory } from '../../spool/read.ts';
import {
  isLookedAt, noteBatch, noteClosed, noteLook, noteMade, readRelayRecord, type RelayBatch, type RelayRecord,
} from '../../spool/relay-record.ts';
import { faultOf } from '../fault.ts';
import { groupBy } from '../group-by.ts';
import type { Station } from '../station.ts';
import { isFirstTold } from '../told.ts';
import { makeOne } from './make-jobs.ts';
import { byVersion, readInstance, type ArchivedInstance } from './read-study.ts';
import type { Arriving } from './survey-arrivals.ts';

/**
 * Makes a batch of what has come since the last one, of every study that a stream relays so and that is not complete.
 * Whatever goes wrong with one, the others are looked at.
 * @returns what kept it from being done; each is told once
 */
export async function relayArriving(
  lease: Lease, station: Station, arrivals: readonly Arriving[],
): Promise<readonly Failure[]> {
  const failures: Failure[] = [];
  for (const { origin, streams } of arrivals) {
    for (const { stream, standing: { standing } } of streams) {
      const isComing = standing === 'too-early' || standing === 'held-back';
      if (stream.relay !== 'as-they-arrive' || !isComing) continue;
      try {
        await look(lease, station, stream, origin);
      } catch (thrown) {
        const failure = faultOf(thrown, station.layout.archivedStudy(origin.StudyInstanceUID));
        failures.push(failure);
        tellPostponed(station, stream, origin, failure);
      }
    }
  }
  return failures;
}

function tellPostponed(
  { events }: Station, { name }: Stream, { StudyInstanceUID }: ArrivalOrigin, failure: Failure,
): void {
  if (!isFirstTold(`${name} ${StudyInstanceUID}: ${failureText(failure)}`)) return;
  events.write({ event: 'arrival-postponed', StudyInstanceUID, failure });
}

async function look(lease: Lease, station: Station, stream: Stream, origin: ArrivalOrigin): Promise<void> {
  const { layout } = station;
  const path = layout.relayRecord(origin.StudyInstanceUID, stream.name);
  const arrivedAt = new Date(origin.arrivedAt);
  if (await isLookedAt(path, arrivedAt)) return;
  const record = await readRelayRecord(path);
  await makeUnmade(lease, station, path, record);
  const last = record.batches.at(-1);
  if (last !== undefined && await exists(layout.job('pending', last.job.JobId))) return; // the next batch is the larger
  if (isForPerson(stream, record)) return; // all that comes late is one job, when it is complete
  const batch = await makeBatch(lease, station, stream, origin, record);
  if (record.batches.length > 0 || batch !== undefined) await noteLook(path, arrivedAt);
}

/**
 * Makes the last batch of an arrival that is complete. Repeatable.
 * @returns the jobs of all its batches
 */
export async function closeRelay(
  lease: Lease, station: Station, stream: Stream, { name, origin }: Claim,
): Promise<readonly string[]> {
  const path = station.layout.relayRecord(origin.StudyInstanceUID, stream.name);
  let record = await readRelayRecord(path);
  await makeUnmade(lease, station, path, record);
  if (!record.closed.has(name)) {
    await makeBatch(lease, station, stream, origin, record);
    await noteClosed(lease, path, name);
    record = await readRelayRecord(path);
  }
  const ends = [...record.closed];
  const place = ends.findIndex(([claim]) => claim === name);
  const [, begin = 0] = ends[place - 1] ?? [];
  return record.batches.slice(begin, record.closed.get(name)).map(({ job }) => job.JobId);
}

/** Whatever a run that was cut off has committed to. */
async function makeUnmade(lease: Lease, station: Station, path: string, { batches, made }: RelayRecord): Promise<void> {
  for (const batch of batches) {
    if (!made.has(batch.batch)) await makeIt(lease, station, path, batch);
  }
}

async function makeIt(lease: Lease, station: Station, path: string, batch: RelayBatch): Promise<void> {
  const { job, heldFor } = batch;
  const beginning: Beginning = heldFor === undefined ? { state: 'pending' }
    : { state: 'held', held: { from: 'pending', heldAt: job.createdAt, reason: heldFor } };
  await makeOne(station, job, beginning);
  await noteMade(lease, path, batch);
}

/** @returns undefined where nothing has come */
async function makeBatch(
  lease: Lease, station: Station, stream: Stream, origin: ArrivalOrigin, record: RelayRecord,
): Promise<RelayBatch | undefined> {
  const { layout } = station;
  const { StudyInstanceUID } = origin;
  const fresh = await readFresh(station, StudyInstanceUID, record);
  const [first] = fresh.standing.values();
  if (first === undefined) return undefined;
  const header = await readHeader(first.instance.file);
  const text = (keyword: Keyword): string => ('notDicom' in header ? '' : header.text(keyword) ?? '');
  const batch = record.batches.length + 1;
  const earlier = record.batches.at(-1)?.job.JobId;
  const series = groupBy([...fresh.standing.values()], ({ instance }) => instance.SeriesInstanceUID);
  const made: RelayBatch = {
    batch,
    job: {
      JobId: jobId(new Date(origin.arrivedAt), stream.name, `${StudyInstanceUID}\nbatch ${batch}`),
      stream: stream.name,
      createdAt: station.now().toISOString(),
      arrival: origin,
      selected: [...series.keys()].map((SeriesInstanceUID) => {
        return { StudyInstanceUID, SeriesInstanceUID, NameFromSelect: 'no-name' };
      }),
      relay: true,
      instances: [...fresh.standing.values()].map(({ name }) => name),
      AccessionNumber: text('AccessionNumber'),
      PatientID: text('PatientID'),
    },
    ...isForPerson(stream, record) && earlier !== undefined
      ? { heldFor: failureText({ reason: 'arrived-late', earlier }) } : {},
    superseded: fresh.superseded,
  };
  const path = layout.relayRecord(StudyInstanceUID, stream.name);
  await noteBatch(lease, path, made); // commit
  await makeIt(lease, station, path, made);
  return made;
}

/** What comes after an arrival was complete is late. */
function isForPerson({ lateArrivals }: Stream, { closed }: RelayRecord): boolean {
  return lateArrivals === 'hold' && closed.size > 0;
}

interface FreshInstance {
  readonly name: string;
  readonly instance: ArchivedInstance;
}

/**
 * What is in no batch: of several files with one SOPInstanceUID the last stands for it. One that cannot be read waits
 * for the end of the arrival, which is set aside for it.
 */
async function readFresh(
  { layout }: Station, StudyInstanceUID: string, { batches }: RelayRecord,
): Promise<{ readonly standing: ReadonlyMap<string, FreshInstance>; readonly superseded: readonly string[] }> {
  const gone = new Set(batches.flatMap(({ job, superseded }) => [...job.instances ?? [], ...superseded]));
  const names = (await listDirectory(layout.archivedStudy(StudyInstanceUID))).filter((name) => !gone.has(name));
  const standing = new Map<string, FreshInstance>();
  const superseded: string[] = [];
  for (const name of names.sort(byVersion)) {
    const instance = await readInstance(layout.archivedFile(StudyInstanceUID, name));
    if ('text' in instance) continue;
    const before = standing.get(instance.SOPInstanceUID);
    if (before !== undefined) superseded.push(before.name);
    standing.set(instance.SOPInstanceUID, { name, instance });
  }
  return { standing, superseded };
}
