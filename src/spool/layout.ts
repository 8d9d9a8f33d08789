// Where everything lies on disk: the only file that spells paths of the station's state.
//
// The tree is described in docs/INTERNALS.md, "The tree". Names that come from the network are encoded here, so that
// no caller can build a path out of them by hand.

import { join } from 'node:path';
import type { DeliveryState } from '../job/delivery-state.ts';
import type { JobState, QueuedJobState } from '../job/job-state.ts';
import { encodeForPath } from '../dicom/path-encoding.ts';

/** The three folders that a site of the original may have put elsewhere. Absolute paths. */
export interface SiteFolders {
  readonly arrived: string;
  readonly raw: string;
  readonly archive: string;
}

/** Every path of one data directory. Nothing here touches the disk. */
export class Layout {
  /** Absolute path of the data directory; everything lies below it, on one file system. */
  readonly datadir: string;
  readonly arrived: string;
  readonly raw: string;
  readonly archive: string;

  constructor(datadir: string, folders?: Partial<SiteFolders>) {
    this.datadir = datadir;
    this.arrived = folders?.arrived ?? join(datadir, 'site', '.arrived');
    this.raw = folders?.raw ?? join(datadir, 'site', 'raw');
    this.archive = folders?.archive ?? join(datadir, 'site', 'archive');
  }

  // ---- site: what came in ----

  get claimed(): string { return join(this.arrived, '..', '.claimed'); }
  get participants(): string { return join(this.raw, '..', 'participants'); }
  get temp(): string { return join(this.archive, '..', 'temp'); }

  mark(markName: string): string { return join(this.arrived, markName); }
  claim(claimName: string): string { return join(this.claimed, claimName); }
  actionsDone(claimName: string): string { return join(this.claimed, `.${claimName}.actions`); }
  arrivalNote(claimName: string): string { return join(this.claimed, `.${claimName}.streams`); }
  /** The claim that a name in `claimed` is a note of; undefined where it is none. */
  claimOfNote(name: string): string | undefined { return /^\.(.*)\.(?:actions|streams)$/.exec(name)?.[1]; }

  /** A person's wish that a study is not waited for. */
  release(StudyInstanceUID: string): string { return join(this.claimed, `.release ${StudyInstanceUID}`); }
  /** The study of a name in `claimed` that is that of such a wish. */
  releasedStudy(name: string): string | undefined { return /^\.release (.*)$/.exec(name)?.[1]; }

  /** What streams have let go on of studies that still come: see relay-record.ts. */
  get relayed(): string { return join(this.arrived, '..', '.relayed'); }
  relayRecord(StudyInstanceUID: string, stream: string): string {
    return join(this.relayed, StudyInstanceUID, `${encodeForPath(stream)}.jsonl`);
  }

  /** Notes of open associations: see open-studies.ts. */
  get openStudies(): string { return join(this.arrived, '..', '.receiving'); }
  openStudy(name: string): string { return join(this.openStudies, name); }

  archivedStudy(StudyInstanceUID: string): string { return join(this.archive, `scp_${StudyInstanceUID}`); }

  /** @param version 0 for the first dataset of that SOPInstanceUID, n for the nth that differed from it. */
  archivedInstance(StudyInstanceUID: string, SOPInstanceUID: string, version = 0): string {
    const name = version === 0 ? `${SOPInstanceUID}.dcm` : `${SOPInstanceUID}.${version}.dcm`;
    return join(this.archivedStudy(StudyInstanceUID), name);
  }

  /** @param name that of its file, as a directory lists it */
  archivedFile(StudyInstanceUID: string, name: string): string {
    return join(this.archivedStudy(StudyInstanceUID), name);
  }

  rawStudy(StudyInstanceUID: string): string { return join(this.raw, StudyInstanceUID); }
  studyDescription(StudyInstanceUID: string): string { return join(this.rawStudy(StudyInstanceUID), 'data.json'); }
  arrivalsOfStudy(StudyInstanceUID: string): string { return join(this.rawStudy(StudyInstanceUID), 'arrivals.jsonl'); }
  rawSeries(StudyInstanceUID: string, SeriesInstanceUID: string): string {
    return join(this.rawStudy(StudyInstanceUID), SeriesInstanceUID);
  }
  seriesDescription(StudyInstanceUID: string, SeriesInstanceUID: string): string {
    return join(this.rawStudy(StudyInstanceUID), `${SeriesInstanceUID}.json`);
  }
  rawInstance(StudyInstanceUID: string, SeriesInstanceUID: string, SOPInstanceUID: string): string {
    return join(this.rawSeries(StudyInstanceUID, SeriesInstanceUID), SOPInstanceUID);
  }
  participant(PatientID: string): string { return join(this.participants, encodeForPath(PatientID)); }

  // ---- jobs ----

  get jobs(): string { return join(this.datadir, 'jobs'); }
  get jobsBeingMade(): string { return join(this.jobs, '.making'); }
  jobsIn(state: JobState): string { return join(this.jobs, state); }
  job(state: JobState, JobId: string): string { return join(this.jobsIn(state), JobId); }
  jobFolder(state: JobState, JobId: string): JobFolder { return new JobFolder(this.job(state, JobId)); }
  /** Tickets of the jobs of a state: see tickets.ts. */
  queue(state: QueuedJobState): string { return join(this.jobs, '.queue', state); }
  /** Says when tickets and jobs were compared last. */
  get queueCompared(): string { return join(this.jobs, '.queue', 'compared'); }
  /** Attempts that a host has lost to others and still has to end: see lost-attempts.ts. */
  lostAttempts(host: string): string { return join(this.jobs, '.lost', encodeForPath(host)); }
  lostAttempt(host: string, JobId: string, attempt: number): string {
    return join(this.lostAttempts(host), `${JobId}.${attempt}.json`);
  }
  jobBeingMade(JobId: string): JobFolder { return new JobFolder(join(this.jobsBeingMade, JobId)); }

  // ---- outbox ----

  get outbox(): string { return join(this.datadir, 'outbox'); }
  /** Folders of processes that send files by hand; a crash leaves them, see prepare-by-hand.ts. */
  get byHand(): string { return join(this.outbox, '.by-hand'); }
  /** For a person who sends files by hand. */
  scratchByHand(pid: number): string { return join(this.byHand, String(pid)); }
  /** What leaves by hand, where that was changed. */
  preparedByHand(pid: number): PreparedFolder {
    return new PreparedFolder(join(this.byHand, `${pid}-prepared`));
  }
  get deliveriesBeingMade(): string { return join(this.outbox, '.making'); }
  /** Of places that do not work: see place-troubles.ts. */
  get placeTroubles(): string { return join(this.outbox, '.places'); }
  placeTrouble(place: string): string { return this.placeTroubleNamed(`${encodeForPath(place)}.json`); }
  placeTroubleNamed(name: string): string { return join(this.placeTroubles, name); }
  /** Of destinations that a person holds: see held-destinations.ts. */
  get heldDestinations(): string { return join(this.outbox, '.held'); }
  heldDestination(name: string): string { return join(this.heldDestinations, `${encodeForPath(name)}.json`); }
  deliveriesIn(state: DeliveryState): string { return join(this.outbox, state); }
  delivery(state: DeliveryState, DeliveryId: string): string { return join(this.deliveriesIn(state), DeliveryId); }
  deliveryFolder(state: DeliveryState, DeliveryId: string): DeliveryFolder {
    return new DeliveryFolder(this.delivery(state, DeliveryId));
  }
  deliveryBeingMade(DeliveryId: string): DeliveryFolder {
    return new DeliveryFolder(join(this.deliveriesBeingMade, DeliveryId));
  }

  // ---- storage commitment: see commitment-store.ts ----

  get commitment(): string { return join(this.datadir, 'commitment'); }
  get transactions(): string { return join(this.commitment, 'asked'); }
  transaction(TransactionUID: string): string { return join(this.transactions, `${TransactionUID}.json`); }
  get commitmentReports(): string { return join(this.commitment, 'reported'); }
  commitmentReport(TransactionUID: string): string { return join(this.commitmentReports, `${TransactionUID}.json`); }
  /** Its time says when transactions were last looked through. */
  get transactionsSwept(): string { return join(this.commitment, '.swept'); }

  // ---- the way back of what was de-identified: see pseudonym-store.ts ----

  get pseudonyms(): string { return join(this.datadir, 'pseudonyms'); }
  /** @param StudyInstanceUID the one that we made */
  pseudonymsOfStudy(profile: string, StudyInstanceUID: string): string {
    return join(this.pseudonyms, encodeForPath(profile), StudyInstanceUID);
  }
  pseudonymFile(profile: string, StudyInstanceUID: string, name: string): string {
    return join(this.pseudonymsOfStudy(profile, StudyInstanceUID), name);
  }

  // ---- the rest ----

  /** Written by a person, never by the station: see receiving-switch.ts. */
  get receivingSwitch(): string { return join(this.datadir, 'config', 'enabled'); }

  get locks(): string { return join(this.datadir, 'locks'); }
  get logs(): string { return join(this.datadir, 'logs'); }
  get rejected(): string { return join(this.datadir, 'rejected'); }
  /** A claim that was set aside for a person. */
  asideClaim(name: string): string { return join(this.rejected, name); }
  /** What a core of a stream has run last on a host. */
  usedImage(host: string, stream: string, place: number): string {
    return join(this.datadir, 'images', encodeForPath(host), `${encodeForPath(stream)}.${place}.json`);
  }
  /** Signs of life: see host-beat.ts. */
  get hosts(): string { return join(this.locks, 'hosts'); }
  host(name: string): string { return join(this.hosts, encodeForPath(name)); }
  get receiverState(): string { return join(this.locks, 'receiver.json'); }
  receiverStateOfSite(site: string): string { return join(this.locks, `receiver-${encodeForPath(site)}.json`); }

  /** @param day `YYYY-MM-DD`, UTC. */
  eventLog(day: string): string { return join(this.logs, `events-${day}.jsonl`); }
}

/** Where a core of a job reads and writes. */
export class CoreFolder {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  get data(): string { return join(this.path, 'data'); }
  get input(): string { return join(this.data, 'input'); }
  get description(): string { return join(this.data, 'descr.json'); }
  get inputView(): string { return join(this.data, 'input_view_dicom_series'); }
  get mercure(): string { return join(this.data, 'mercure'); }
  get mercureTask(): string { return join(this.mercure, 'task.json'); }
  /** Of a later core of a chain: what the core before it wrote besides DICOM. */
  get previous(): string { return join(this.data, 'previous'); }
  get output(): string { return join(this.path, 'output'); }
  get outputJson(): string { return join(this.output, 'output.json'); }
}

/** What lies inside a job's directory, whatever state the directory is in. It is the folder of its first core, too. */
export class JobFolder extends CoreFolder {
  get laterCores(): string { return join(this.path, 'cores'); }
  /** @param place in the chain, 1 for the first */
  coreFolder(place: number): CoreFolder {
    return place === 1 ? this : new CoreFolder(join(this.laterCores, String(place)));
  }

  get job(): string { return join(this.path, 'job.json'); }
  get clock(): string { return join(this.path, 'clock.json'); }
  get cores(): string { return join(this.path, 'core.json'); }
  get attempt(): string { return join(this.path, 'attempt.json'); }
  get attempts(): string { return join(this.path, 'attempts'); }
  attemptFolder(attempt: number): string { return join(this.attempts, String(attempt)); }
  get result(): string { return join(this.path, 'result'); }
  resultInstance(SOPInstanceUID: string): string { return join(this.result, `${SOPInstanceUID}.dcm`); }
  get resultList(): string { return join(this.path, 'result.json'); }
  get failures(): string { return join(this.path, 'failures.json'); }
  get rerun(): string { return join(this.path, 'rerun.json'); }
  get deliveries(): string { return join(this.path, 'deliveries.json'); }
  get heldFrom(): string { return join(this.path, 'held.json'); }
}

/** What lies inside a delivery's directory, whatever state the directory is in. */
export class DeliveryFolder {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  get delivery(): string { return join(this.path, 'delivery.json'); }
  get clock(): string { return join(this.path, 'clock.json'); }
  get instances(): string { return join(this.path, 'instances'); }
  instance(SOPInstanceUID: string): string { return join(this.instances, `${SOPInstanceUID}.dcm`); }
  /** One line for each answer that an instance got. */
  get answers(): string { return join(this.path, 'answers.jsonl'); }
  get failures(): string { return join(this.path, 'failures.json'); }
  get held(): string { return join(this.path, 'held.json'); }
  /** Of a choice: what came of each try, see job/route.ts. */
  get members(): string { return join(this.path, 'members.json'); }
  /** Of a choice: where it went, one line each time that was another one. */
  get routes(): string { return join(this.path, 'routes.jsonl'); }
  get transaction(): string { return join(this.path, 'transaction.json'); }
  /** For copies that are made while sending; nobody needs them afterwards. */
  get scratch(): string { return join(this.path, 'scratch'); }
  /** What leaves for each destination, where that was changed. */
  get allPrepared(): string { return join(this.path, 'prepared'); }
  prepared(destination: string): PreparedFolder { return this.preparedAt(encodeForPath(destination)); }
  /** @param name as it stands in the folder */
  preparedAt(name: string): PreparedFolder { return new PreparedFolder(join(this.allPrepared, name)); }
  /** The same while it is made; may hold what a crash left. */
  get preparing(): string { return join(this.path, 'preparing'); }
  /** @param maker a name that no other process has */
  preparedBeingMade(maker: string): PreparedFolder { return new PreparedFolder(join(this.preparing, maker)); }
}

/** Changed copies of instances for one destination, and what was changed in them: see flow/prepare/. */
export class PreparedFolder {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  get instances(): string { return join(this.path, 'instances'); }
  /** @param SOPInstanceUID that of the original */
  instance(SOPInstanceUID: string): string { return join(this.instances, `${SOPInstanceUID}.dcm`); }
  /** One line for each instance. */
  get report(): string { return join(this.path, 'report.jsonl'); }
}
