// What a job is: the content of job.json and of the files beside it. Types only.

import type { Failure } from './failure.ts';
import type { JobState } from './job-state.ts';

/** The arrival that a job was made for. */
export interface ArrivalOrigin {
  readonly callingAETitle: string;
  readonly calledAETitle: string;
  readonly address: string;
  readonly StudyInstanceUID: string;
  /** Set where the arrival is a series, not a study. */
  readonly SeriesInstanceUID?: string;
  /** When the last instance came in, ISO 8601 UTC. */
  readonly arrivedAt: string;
}

/** A series that the job's core gets. */
export interface SelectedSeries {
  readonly StudyInstanceUID: string;
  readonly SeriesInstanceUID: string;
  /** Name of the WHERE clause that selected it, `no-name` where it has none. */
  readonly NameFromSelect: string;
}

/** job.json: written once, when the job is made. */
export interface Job {
  readonly JobId: string;
  readonly stream: string;
  readonly createdAt: string;
  readonly arrival: ArrivalOrigin;
  readonly selected: readonly SelectedSeries[];
  /** Whether the received instances themselves are delivered; fixed now, whatever becomes of the stream's core. */
  readonly relay: boolean;
  /** Of a relay as instances arrive: the names of their files in the archive of the arrival's study. */
  readonly instances?: readonly string[];
  /** Set where the select statement could not decide: the job fails with this reason and names it to a person. */
  readonly unselectable?: Failure;
  /** For people who look for a job; never part of a path. */
  readonly AccessionNumber: string;
  readonly PatientID: string;
}

/** attempt.json: the attempt that is to be started, runs, or ran. */
export interface Attempt {
  /** 1 for the first; goes on counting from core to core, so that it names one run of one core. */
  readonly attempt: number;
  /** The core's place in the chain, 1 for the first. */
  readonly core: number;
  /** 1 for the first attempt of this core. */
  readonly attemptOfCore: number;
  /** When it was decided to start it, ISO 8601 UTC. */
  readonly decidedAt: string;
  /** The host that decided it, on which the core runs where it runs on one of the station's. */
  readonly host?: string;
  /** The GPUs of that host that it has, by their indexes; absent where it needs none. */
  readonly gpus?: readonly number[];
  /** When it was started; absent until then. */
  readonly startedAt?: string;
  /** The same instant on a clock that nobody sets, which the time limit counts on. */
  readonly startedAtUptime?: { readonly bootId: string; readonly seconds: number };
  readonly endedAt?: string;
  readonly handle?: string;
  readonly imageDigest?: string;
  /** Why it waits with a scheduler; absent where it does not, or no longer. */
  readonly queued?: string;
  /** Of a later core of a chain: the attempts by which the cores before it were done, in their order. */
  readonly earlier?: readonly Attempt[];
  /** `exit 0`, `exit 75`, `signal SIGKILL`, `vanished`, `time limit`, `output limit`, `cancelled`. */
  readonly outcome?: string;
}

/** result.json: what may leave. */
export interface Result {
  readonly instances: readonly ResultInstance[];
  readonly predictions: readonly Prediction[];
  /** Absent where the core asked for nothing. */
  readonly steering?: Steering;
}

/** What a core asked for in output.json, and its stream allows. */
export interface Steering {
  /** To go to these destinations of the stream alone, by their names. */
  readonly destinations?: readonly string[];
  /** To go nowhere. */
  readonly discard?: true;
  /** That somebody be told this. */
  readonly notify?: string;
}

export interface ResultInstance {
  readonly SOPInstanceUID: string;
  readonly SOPClassUID: string;
  readonly SeriesInstanceUID: string;
  readonly TransferSyntaxUID: string;
  /** Where it lay below output/, or the name of the received instance. */
  readonly source: string;
  readonly bytes: number;
}

/** A row of output.json. Numbers are as they were written. */
export interface Prediction {
  /** Names of what is nested are joined by dots. */
  readonly field_name: string;
  readonly value: string;
  readonly unit?: string;
  /** A number, where the core gave a physical_size. */
  readonly tumor_size?: string;
  /** Which of several: `2`, or `2.1` within lists of lists. */
  readonly repeat?: string;
}

/** rerun.json: how often a person has had the job run, where that was more than once. */
export interface Rerun {
  readonly run: number;
}

/** held.json: what a person must know to release a held job. */
export interface Held {
  /** Where it goes back to. */
  readonly from: JobState;
  /** ISO 8601 UTC. */
  readonly heldAt: string;
  /** The user who held it; absent where the station did. */
  readonly by?: string;
  readonly reason?: string;
}

/** deliveries.json: the ids of a job's deliveries. */
export interface DeliveriesOfJob {
  readonly deliveries: readonly string[];
  /** Those of them that it does not wait for; absent where there are none. */
  readonly optional?: readonly string[];
}

/** clock.json: when the next try is due and why the last one failed. */
export interface Clock {
  /** ISO 8601 UTC. */
  readonly notBefore: string;
  /** How long it was set to wait: one that is further ahead is not to be believed. */
  readonly waitSeconds: number;
  /** How many tries have failed since the last success. */
  readonly failedTries: number;
  /** When the first of them failed, ISO 8601 UTC; where a core ran and wants to run again, when it said so last. */
  readonly failingSince: string;
  readonly last: Failure;
}
