// A core of a stream as the configuration gives it, with all defaults filled in. Also the form in which a stream's
// cores are kept with a staged job (core.json, a list), so that editing the configuration does not change a job that
// has begun.

import type { Secret } from './secret.ts';
import type { ExpectedInstances } from '../job/failure.ts';

/** An AI program and the limits within which it runs. */
export interface CoreSpecification {
  readonly executor: 'container' | 'process' | 'slurm' | 'inference-server';
  /** The select statement, as written; empty selects the whole study. Only the first core of a chain has one. */
  readonly select: string;
  /** The container image; empty for a process. */
  readonly docker_image: string;
  readonly runtime: 'podman' | 'docker';
  /** Program and arguments with their placeholders; empty means the image's own command. */
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Passed on as the environment variable of the same name. */
  readonly ROR_CONT_OPTIONS: string;
  readonly memoryBytes: number;
  readonly cpus: number;
  readonly gpus: number;
  readonly timeoutSeconds: number;
  /** Podman's or Docker's network name; `none` by default. */
  readonly network: string;
  /** Containers only: whether the image itself may be written to; what is written goes with the container. */
  readonly readOnlyRoot: boolean;
  /** Containers only: folders to write scratch files into, beside /tmp, /var/tmp and /run. */
  readonly tmpfs: readonly string[];
  /** Handed on to the core in mercure/task.json. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** How often a core is started at the most, interruptions included. */
  readonly attempts: number;
  /** When it is started again, or what kept it from starting is tried again. */
  readonly retry: {
    readonly firstSeconds: number;
    readonly multiplier: number;
    readonly maxSeconds: number;
    readonly giveUpAfterSeconds: number;
  };
  /** Where the executor is `inference-server`, whose `timeoutSeconds` is then the core's. */
  readonly inferenceServer?: InferenceServer;
  readonly outputs: {
    readonly maxBytes: number;
    readonly minInstances: number;
    readonly maxInstances: number;
    /** SOP Class UIDs that the core may put out; empty: every Storage SOP Class. */
    readonly SOPClassUIDs: readonly string[];
    /** Kinds of instances, by SOP Class, Modality or both, and how many there must be of each. */
    readonly expect: readonly ExpectedInstances[];
    /** A JSON Schema for output.json, or the path of a file with one. */
    readonly schema?: string | Readonly<Record<string, unknown>> | undefined;
    /** Whether references to instances are checked. */
    readonly references: 'input' | 'any';
  };
  /** Of a core that is submitted to Slurm, and of no other. */
  readonly slurm?: SlurmSpecification;
}

/** How a core is submitted to Slurm. An empty text leaves the choice to the cluster. */
export interface SlurmSpecification {
  readonly partition: string;
  readonly account: string;
  readonly qos: string;
  /** What runs the core on a node. */
  readonly runtime: 'podman' | 'apptainer' | 'singularity' | 'process';
  /** Further options of sbatch, each one word. */
  readonly sbatch: readonly string[];
  /** How many jobs of this stream may be submitted and not ended at once; absent: any number. */
  readonly maxJobs?: number;
  /** How long an exit status may take to be seen here after Slurm says that the job is gone. */
  readonly statusSeconds: number;
}

/** A server that runs models for others. */
export interface InferenceServer {
  readonly url: string;
  /** Of its interface. */
  readonly version: 1 | 2;
  /** By the name that the server has for it. */
  readonly model: string;
  /** A PEM file; absent: what Node.js trusts. */
  readonly ca?: string;
  readonly token?: Secret;
  readonly pollSeconds: number;
  /** Whether the task is deleted there when its result has proved to be good. */
  readonly deleteRemote: boolean;
  /** Whether the input is sent again where nobody knows if it was taken. */
  readonly resubmit: boolean;
}
