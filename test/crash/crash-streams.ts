// The streams that the crash tests configure, and what each has to lead to.

import type { ScriptedScp } from '../rig/scripted-scp.ts';
import type { StationFiles } from '../rig/station.ts';

export const DESTINATIONS = ['PACS', 'ARCHIVE'] as const;
export type Destination = (typeof DESTINATIONS)[number];

/** Two relays, since a test may want one destination or two. */
export type StreamName = 'Core' | 'Series' | 'Relay' | 'RelayToPacs' | 'Note';

export interface StreamPlan {
  /** Its entry in config.json, but for name, trigger and destinations. */
  readonly entry: Readonly<Record<string, unknown>>;
  readonly jobsFor: 'study' | 'series' | 'nothing';
  readonly hasCore: boolean;
  readonly destinations: readonly Destination[];
}

/** @param actions the file in which the exec action notes the StudyInstanceUID that it was called with */
export function planStreams(names: readonly StreamName[], actions: string): Map<string, StreamPlan> {
  const job = { type: 'job' };
  const note = { type: 'exec', cmd: ['/bin/sh', '-c', 'echo "$1" >> "$0"', actions, '@StudyInstanceUID@'] };
  const plans: Readonly<Record<StreamName, StreamPlan>> = {
    Core: { entry: { 'trigger-study': [job] }, jobsFor: 'study', hasCore: true, destinations: ['PACS'] },
    Series: { entry: { 'trigger-series': [job] }, jobsFor: 'series', hasCore: true, destinations: ['ARCHIVE'] },
    Relay: { entry: {}, jobsFor: 'study', hasCore: false, destinations: ['PACS', 'ARCHIVE'] },
    RelayToPacs: { entry: {}, jobsFor: 'study', hasCore: false, destinations: ['PACS'] },
    Note: { entry: { 'trigger-study': [note] }, jobsFor: 'nothing', hasCore: false, destinations: [] },
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

/** @param results the folder with a folder of results for each study */
export function copyingCore(runs: string, results: string): Readonly<Record<string, unknown>> {
  const command = ['/bin/sh', '-c', COPYING_CORE, 'core', runs, results, '{descr}', '{output}'];
  return { executor: 'process', command };
}

/** The configuration of a station with these streams: any title triggers them all, failed deliveries are due soon. */
export function configureStreams(
  plans: ReadonlyMap<string, StreamPlan>, scps: Readonly<Record<Destination, ScriptedScp>>,
  core: Readonly<Record<string, unknown>>,
): StationFiles {
  const retry = { firstSeconds: 1, maxSeconds: 2 };
  const destinations = DESTINATIONS.map((name) => {
    return [name, { AETitle: name, IP: '127.0.0.1', PORT: scps[name].port, retry }];
  });
  return {
    config: {
      limits: { jobs: 4, minFreeBytes: 0, minFreePercent: 0 },
      destinations: Object.fromEntries(destinations),
      Streams: [...plans].map(([name, plan]) => ({ name, trigger: {}, destination: plan.destinations, ...plan.entry })),
    },
    statements: Object.fromEntries([...plans].filter(([, { hasCore }]) => hasCore).map(([name]) => [name, core])),
  };
}
