// The streams that the crash tests configure, and what each has to lead to.

import type { ScriptedScp } from '../rig/scripted-scp.ts';
import type { StationFiles } from '../rig/station.ts';
import type { CrashStationOptions } from './crash-station.ts';

export const DESTINATIONS = ['PACS', 'ARCHIVE'] as const;
export type Destination = (typeof DESTINATIONS)[number];
/** The destination that is a folder, and what goes below it. */
export const LAB = 'LAB';
export const LAB_PATH = '{PatientID}/{StudyInstanceUID}/{SeriesInstanceUID}/{InstanceNumber:04}.dcm';

/** What stands in InstitutionName of what goes to a destination that has it changed; nothing else is changed. */
const CHANGED = 'Changed!';
/** As it is encoded in what is sent. */
const CHANGED_ELEMENT = Buffer.from(`\x08\0\x80\0LO\x08\0${CHANGED}`, 'latin1');

/** What came in, of what a destination got that has it changed. @returns undefined where it was not changed so */
export function unchanged(dataset: Buffer): Buffer | undefined {
  const at = dataset.indexOf(CHANGED_ELEMENT);
  if (at === -1) return undefined;
  return Buffer.concat([dataset.subarray(0, at), dataset.subarray(at + CHANGED_ELEMENT.length)]);
}

/** As they stand in select_statements.json; a stream takes as many as it needs from the front. */
export type Cores = readonly Readonly<Record<string, unknown>>[];

/** Two relays, since a test may want one destination or two; two of instances as they arrive, soon or later complete. */
export type StreamName =
  'Core' | 'Chain' | 'Series' | 'Relay' | 'RelayToPacs' | 'RelayToLab' | 'Note' | 'Arriving' | 'ArrivingSlowly';

/** How long a study that arrives slowly must have been quiet. */
const ARRIVING_SECONDS = 1;

export interface StreamPlan {
  /** Its entry in config.json, but for name, trigger and destinations. */
  readonly entry: Readonly<Record<string, unknown>>;
  readonly jobsFor: 'study' | 'series' | 'batches' | 'nothing';
  /** How many cores its jobs run, one after the other. */
  readonly cores: number;
  readonly destinations: readonly (Destination | typeof LAB)[];
}

/** @param actions the file in which the exec action notes the StudyInstanceUID that it was called with */
export function planStreams(names: readonly StreamName[], actions: string): Map<string, StreamPlan> {
  const job = { type: 'job' };
  const note = { type: 'exec', cmd: ['/bin/sh', '-c', 'echo "$1" >> "$0"', actions, '@StudyInstanceUID@'] };
  const plans: Readonly<Record<StreamName, StreamPlan>> = {
    Core: { entry: { 'trigger-study': [job] }, jobsFor: 'study', cores: 1, destinations: ['PACS'] },
    Chain: { entry: { 'trigger-study': [job] }, jobsFor: 'study', cores: 2, destinations: ['PACS'] },
    Series: { entry: { 'trigger-series': [job] }, jobsFor: 'series', cores: 1, destinations: ['ARCHIVE'] },
    Relay: { entry: {}, jobsFor: 'study', cores: 0, destinations: ['PACS', 'ARCHIVE'] },
    RelayToPacs: { entry: {}, jobsFor: 'study', cores: 0, destinations: ['PACS'] },
    RelayToLab: { entry: {}, jobsFor: 'study', cores: 0, destinations: [LAB] },
    Arriving: { entry: { relay: 'as-they-arrive' }, jobsFor: 'batches', cores: 0, destinations: ['PACS'] },
    ArrivingSlowly: {
      entry: { relay: 'as-they-arrive', timeout: ARRIVING_SECONDS }, jobsFor: 'batches', cores: 0, destinations: ['PACS'],
    },
    Note: { entry: { 'trigger-study': [note] }, jobsFor: 'nothing', cores: 0, destinations: [] },
  };
  return new Map(names.map((name) => [name, plans[name]]));
}

/** Notes that it runs, takes the results that were prepared for its study, notes that it has ended. */
const COPYING_CORE = `
runs=$1 results=$2 descr=$3 output=$4
echo "begin $DTS_JOB_ID" >> "$runs"
study=$(sed -n 's/.*"StudyInstanceUID": "\\([^"]*\\)".*/\\1/p' "$descr" | head -n 1)
cp "$results/$study/"*.dcm "$output"
echo "end $DTS_JOB_ID" >> "$runs"
`;

/** Passes on what it reads. */
const PASSING_CORE = `
echo "begin $DTS_JOB_ID" >> "$1"
cp "$2/"*.dcm "$3"
echo "end $DTS_JOB_ID" >> "$1"
`;

/**
 * A core, and one to come behind it.
 * @param results the folder with a folder of results for each study
 * @param keys how they are run, in place of a process of this host
 */
export function copyingCores(runs: string, results: string, keys: Cores[number] = { executor: 'process' }): Cores {
  const copying = ['/bin/sh', '-c', COPYING_CORE, 'core', runs, results, '{descr}', '{output}'];
  const passing = ['/bin/sh', '-c', PASSING_CORE, 'core', runs, '{input}', '{output}'];
  return [{ ...keys, command: copying }, { ...keys, command: passing }];
}

/**
 * The configuration of a station with these streams: any title triggers them all, failed deliveries are due soon.
 * @param lab the folder of the destination that is one
 */
export function configureStreams(
  plans: ReadonlyMap<string, StreamPlan>, scps: Readonly<Record<Destination, ScriptedScp>>, lab: string,
  cores: Cores,
  { changing = [], committing = {} }: Pick<CrashStationOptions, 'changing' | 'committing'> = {},
): StationFiles {
  const retry = { firstSeconds: 1, maxSeconds: 2 };
  const destinations = DESTINATIONS.map((name) => {
    const morph = changing.includes(name) ? [{ type: 'set', element: 'InstitutionName', value: CHANGED }] : [];
    const waitSeconds = committing[name];
    const storageCommitment = waitSeconds === undefined ? false : { waitSeconds };
    return [name, { AETitle: name, IP: '127.0.0.1', PORT: scps[name].port, retry, morph, storageCommitment }];
  });
  return {
    config: {
      limits: { jobs: 4, minFreeBytes: 0, minFreePercent: 0 },
      destinations: {
        ...Object.fromEntries(destinations),
        [LAB]: { type: 'folder', path: `${lab}/${LAB_PATH}`, sidecar: true, ready: '.ready', retry },
      },
      Streams: [...plans].map(([name, plan]) => ({ name, trigger: {}, destination: plan.destinations, ...plan.entry })),
    },
    statements: Object.fromEntries([...plans].flatMap(([name, plan]) => {
      return plan.cores === 0 ? [] : [[name, cores.slice(0, plan.cores)]];
    })),
  };
}
