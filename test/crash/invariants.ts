// What must hold once a station is at rest again, whatever was killed before: nothing is lost, nothing is doubled,
// nothing lies about. The one place that says so; every crash test ends here.

import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { lifeOf, type ProcessIdentity } from '../../src/host/process-identity.ts';
import type { Delivery } from '../../src/job/delivery.ts';
import type { ArrivalOrigin } from '../../src/job/job.ts';
import { findText, listDirectory, parseLine } from '../../src/spool/read.ts';
import { compareLists } from './compare-lists.ts';
import type { CrashStation } from './crash-station.ts';
import { DESTINATIONS, unchanged, type Destination, type StreamPlan } from './crash-streams.ts';
import { readDataTree } from './data-tree.ts';
import { readStationAtRest, type FoundJob, type StationAtRest } from './station-at-rest.ts';
import { hashOf, hashOfDataset, type SentInstance } from './studies.ts';

/** What a test did to the station, and so what it may excuse. */
export interface Deeds {
  /** Everything that got Success, each dataset once, in the order in which it was sent. */
  readonly acknowledged: readonly SentInstance[];
  readonly kills: number;
  /** How many answers of one destination may have been lost, so that their instances came twice. */
  readonly lostAnswers: number;
  /** How often the exec action was cut off before it was noted. */
  readonly actionsCutOff: number;
  /** Whether a study may have come in several arrivals, because it was quiet in between. */
  readonly manyArrivals?: boolean;
  /**
   * Whether kills came at any moment, not only at durable steps: while a lease was taken or released, which only time
   * makes free again, or while a line of the event log was written, which may be cut short then.
   */
  readonly killedAnywhere?: boolean;
}

/** All that an invariant looks at. */
interface Seen extends StationAtRest {
  readonly crash: CrashStation;
  readonly deeds: Deeds;
}

/** Everything that does not hold; empty where all is well. */
export async function findViolations(crash: CrashStation, deeds: Deeds): Promise<string[]> {
  const seen: Seen = { crash, deeds, ...await readStationAtRest(crash.station.layout) };
  return [
    ...crash.isAtRest() ? [] : ['the station is not at rest'],
    ...await violationsOfArchive(seen),
    ...violationsOfArrivals(seen),
    ...violationsOfJobs(seen),
    ...await violationsOfCores(seen),
    ...await violationsOfActions(seen),
    ...violationsOfDeliveries(seen),
    ...violationsOfStreams(seen),
    ...await violationsOfDestination(seen, 'PACS'),
    ...await violationsOfDestination(seen, 'ARCHIVE'),
    ...await violationsOfTree(seen),
    ...await violationsOfLog(seen),
  ];
}

/** How many instances more than its deliveries list a destination got, over all destinations. */
export async function countSentTwice(crash: CrashStation): Promise<number> {
  const atRest = await readStationAtRest(crash.station.layout);
  const listed = DESTINATIONS.flatMap((name) => instancesOf(deliveriesTo(atRest, name))).length;
  return (await crash.received('PACS')).length + (await crash.received('ARCHIVE')).length - listed;
}

/** Every acknowledged dataset is in the archive with its exact bytes, exactly once, and nothing else is. */
async function violationsOfArchive({ crash, deeds }: Seen): Promise<string[]> {
  const { archive } = crash.station.layout;
  const kept: string[] = [];
  for (const study of await listDirectory(archive)) {
    for (const name of await readdir(join(archive, study))) {
      kept.push(`${study}/${name} ${await hashOfDataset(join(archive, study, name))}`);
    }
  }
  const versions = new Map<string, number>();
  const wanted = deeds.acknowledged.map(({ StudyInstanceUID, SOPInstanceUID, datasetHash }) => {
    const version = versions.get(SOPInstanceUID) ?? 0;
    versions.set(SOPInstanceUID, version + 1);
    return `scp_${StudyInstanceUID}/${SOPInstanceUID}${version === 0 ? '' : `.${version}`}.dcm ${datasetHash}`;
  });
  return differences('archive', kept, wanted);
}

/** Every acknowledged study has been seen to: once, or at least once where it was quiet in between. */
function violationsOfArrivals({ deeds, arrivals }: Seen): string[] {
  const arrived = arrivals.map(({ origin }) => origin).filter(isStudy).map(({ StudyInstanceUID }) => StudyInstanceUID);
  return studiesOf(deeds.acknowledged).flatMap((study) => {
    const count = arrived.filter((one) => one === study).length;
    return count === 1 || (count > 1 && deeds.manyArrivals === true) ? [] : [`study ${study} has ${count} arrivals`];
  });
}

/** One job for each arrival and stream that wants it; all have ended well. */
function violationsOfJobs({ crash, arrivals, jobs }: Seen): string[] {
  const wanted = arrivals.flatMap(({ origin }) => {
    const streams = [...crash.plans].filter(([, { jobsFor }]) => jobsFor === (isStudy(origin) ? 'study' : 'series'));
    return streams.map(([stream]) => `done ${stream} ${formatOrigin(origin)}`);
  });
  const isBatch = ({ job }: FoundJob): boolean => crash.plans.get(job.stream)?.jobsFor === 'batches';
  const found = jobs.filter((job) => !isBatch(job)).map(({ state, job }) => {
    return `${state} ${job.stream} ${formatOrigin(job.arrival)}`;
  });
  const undone = jobs.filter((job) => isBatch(job) && job.state !== 'done')
    .map(({ state, job }) => `${job.JobId} is ${state}`);
  return [...differences('jobs', found, wanted), ...undone];
}

/** Each core of each job ran once, to its end. */
async function violationsOfCores({ crash, jobs }: Seen): Promise<string[]> {
  const wanted = jobs.flatMap(({ job: { JobId, stream } }) => {
    const ofOne = [`begin ${JobId}`, `end ${JobId}`];
    return Array.from({ length: crash.plans.get(stream)?.cores ?? 0 }, () => ofOne).flat();
  });
  return differences('cores', await crash.runs(), wanted);
}

/** Each arrival's exec action was done, once more only where it was cut off. */
async function violationsOfActions({ crash, deeds, arrivals }: Seen): Promise<string[]> {
  if (!crash.plans.has('Note')) return [];
  const wanted = arrivals.map(({ origin }) => origin).filter(isStudy).map(({ StudyInstanceUID }) => StudyInstanceUID);
  const { missing, extra } = compareLists(await crash.actions(), wanted);
  const tooOften = `the action was done ${extra.length} times too often, ${deeds.actionsCutOff} may be`;
  return [...missing.map((study) => `no action for ${study}`), ...extra.length > deeds.actionsCutOff ? [tooOften] : []];
}

/** One delivery for each job and destination, done; each instance of the job's result has one answer. */
function violationsOfDeliveries({ crash, jobs, deliveries }: Seen): string[] {
  const wanted = jobs.flatMap(({ job, resultUIDs }) => {
    const destinations = crash.plans.get(job.stream)?.destinations ?? [];
    return destinations.map((destination) => `done ${job.JobId} to ${destination}: ${resultUIDs.join(' ')}`);
  });
  const found = deliveries.map(({ state, delivery, answeredUIDs }) => {
    return `${state} ${delivery.JobId} to ${delivery.destination}: ${answeredUIDs.join(' ')}`;
  });
  return differences('deliveries', found, wanted);
}

/** What a stream sends of a study is all that came in, or all that its core put out. */
function violationsOfStreams(seen: Seen): string[] {
  const violations: string[] = [];
  for (const [stream, plan] of seen.crash.plans) {
    for (const destination of plan.destinations) {
      for (const study of studiesOf(seen.deeds.acknowledged)) {
        const sent = deliveriesTo(seen, destination).filter((delivery) => {
          return delivery.stream === stream && delivery.StudyInstanceUID === study;
        });
        const found = new Set(instancesOf(sent));
        violations.push(...differences(`${stream} to ${destination}`, [...found], instancesToSend(seen, plan, study)));
      }
    }
  }
  return violations;
}

/** What a destination got: each instance once for each delivery that lists it, intact; again only for a lost answer. */
async function violationsOfDestination(seen: Seen, destination: Destination): Promise<string[]> {
  const { crash, deeds } = seen;
  const hashes = datasetsToSend(crash, deeds);
  const received = await crash.received(destination);
  const damaged = received.filter(({ command: { AffectedSOPInstanceUID = '' }, dataset }) => {
    const asItCame = crash.changing.includes(destination) ? unchanged(dataset) : dataset;
    return asItCame === undefined || hashes.get(AffectedSOPInstanceUID) !== hashOf(asItCame);
  });
  const found = received.map(({ command }) => command.AffectedSOPInstanceUID ?? '');
  const { missing, extra } = compareLists(found, instancesOf(deliveriesTo(seen, destination)));
  const again = `${destination} got ${extra.length} instances again, ${deeds.lostAnswers} may be: ${extra.join(' ')}`;
  return [
    ...damaged.map(({ command }) => `${destination} got ${command.AffectedSOPInstanceUID} damaged`),
    ...missing.map((SOPInstanceUID) => `${destination} did not get ${SOPInstanceUID}`),
    ...extra.length > deeds.lostAnswers ? [again] : [],
  ];
}

/** No path without a meaning, at most one leftover a kill, and no lease that anybody has to wait for. */
async function violationsOfTree({ crash, deeds }: Seen): Promise<string[]> {
  const { strangers, leftovers, leases } = await readDataTree(crash.datadir);
  const violations = strangers.map((path) => `stray: ${path}`);
  if (leftovers.length > deeds.kills) violations.push(`${deeds.kills} kills left ${leftovers.join(', ')}`);
  for (const lease of leases) {
    const owned = await findText(join(crash.station.layout.locks, `${lease}.owner`));
    const [owner] = parseLine<ProcessIdentity>(owned ?? '');
    const isFree = owner !== undefined && lifeOf(owner) === 'dead';
    if (!isFree && deeds.killedAnywhere !== true) violations.push(`lease ${lease} is not free`);
  }
  return violations;
}

/** Every line of the event log is an event, or empty: what ends a cut line may meet one that is being written. */
async function violationsOfLog({ crash, deeds }: Seen): Promise<string[]> {
  const { logs } = crash.station.layout;
  const damaged: string[] = [];
  for (const name of await listDirectory(logs)) {
    const lines = (await readFile(join(logs, name), 'utf8')).split('\n').filter((line) => line !== '');
    damaged.push(...lines.filter((line) => parseLine<{ event?: unknown }>(line)[0]?.event === undefined));
  }
  const mayBeCut = deeds.killedAnywhere === true ? deeds.kills : 0;
  return damaged.length > mayBeCut ? damaged.map((line) => `no event: ${line}`) : [];
}

function deliveriesTo({ deliveries }: Pick<Seen, 'deliveries'>, destination: string): Delivery[] {
  return deliveries.map(({ delivery }) => delivery).filter((delivery) => delivery.destination === destination);
}

/** Their SOPInstanceUIDs, one as often as it is listed. */
function instancesOf(deliveries: readonly Delivery[]): string[] {
  return deliveries.flatMap(({ instances }) => instances.map(({ SOPInstanceUID }) => SOPInstanceUID));
}

/** SOPInstanceUIDs of a study that a stream has to send. */
function instancesToSend({ crash, deeds }: Seen, { cores }: StreamPlan, StudyInstanceUID: string): string[] {
  const instances = cores > 0 ? crash.studies.flatMap(({ results }) => results) : deeds.acknowledged;
  const ofStudy = instances.filter((instance) => instance.StudyInstanceUID === StudyInstanceUID);
  return [...new Set(ofStudy.map(({ SOPInstanceUID }) => SOPInstanceUID))];
}

/** For each SOPInstanceUID the hash of the dataset that leaves the station: of several received ones the last. */
function datasetsToSend(crash: CrashStation, { acknowledged }: Deeds): Map<string, string> {
  const instances = [...acknowledged, ...crash.studies.flatMap(({ results }) => results)];
  return new Map(instances.map(({ SOPInstanceUID, datasetHash }) => [SOPInstanceUID, datasetHash]));
}

function studiesOf(instances: readonly SentInstance[]): string[] {
  return [...new Set(instances.map(({ StudyInstanceUID }) => StudyInstanceUID))];
}

function isStudy({ SeriesInstanceUID }: ArrivalOrigin): boolean {
  return SeriesInstanceUID === undefined;
}

function formatOrigin({ StudyInstanceUID, SeriesInstanceUID, arrivedAt }: ArrivalOrigin): string {
  return `${SeriesInstanceUID ?? StudyInstanceUID} ${arrivedAt}`;
}

function differences(what: string, found: readonly string[], wanted: readonly string[]): string[] {
  const { missing, extra } = compareLists(found, wanted);
  return [...missing.map((one) => `${what}: missing: ${one}`), ...extra.map((one) => `${what}: too many: ${one}`)];
}
