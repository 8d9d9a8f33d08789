// The key `slurm` of a core: how it is submitted to a Slurm cluster.

import * as v from 'valibot';
import { strictObject } from './strict-object.ts';
import { key, listOf, nonEmptyText, seconds, textThat, wholeNumber } from './values.ts';

/**
 * Options of sbatch that have keys of their own, or that would make something else of a submission than one batch job
 * that runs the core and can be found again. sbatch also takes the beginning of an option for the whole.
 */
const RESERVED = [
  'account', 'array', 'batch', 'chdir', 'clusters', 'comment', 'container', 'cpus-per-task', 'error', 'export',
  'export-file', 'get-user-env', 'gid', 'gpus', 'help', 'input', 'job-name', 'mem', 'no-requeue', 'nodes', 'ntasks',
  'open-mode', 'output', 'parsable', 'partition', 'qos', 'requeue', 'test-only', 'time', 'uid', 'usage', 'version',
  'wait', 'wrap',
];

function isOption(word: string): boolean {
  const name = /^--([a-z][a-z-]*)(=[^\x00-\x1f\x7f]*)?$/.exec(word)?.[1];
  return name !== undefined && !RESERVED.some((reserved) => reserved.startsWith(name));
}

const option = textThat(
  isOption, 'a long option of sbatch as one text, such as "--constraint=a100", and none that DTS sets itself',
);

export const slurm = strictObject({
  partition: v.optional(key(nonEmptyText, 'The partition; left out: that of the cluster.', 'gpu')),
  account: v.optional(key(nonEmptyText, 'The account that is charged; left out: that of the user.', 'radiology')),
  qos: v.optional(key(nonEmptyText, 'The quality of service; left out: that of the account.', 'urgent')),
  runtime: v.optional(key(
    v.picklist(['podman', 'apptainer', 'singularity', 'process'], '"podman", "apptainer", "singularity" or "process"'),
    'What runs the core on a node. When left out: podman where there is a `docker_image`, else process.', 'apptainer',
  )),
  sbatch: v.optional(key(
    listOf(option, 'options of sbatch'), 'Further options of sbatch, one a text.', ['--constraint=a100', '--nice=100'],
  ), []),
  maxJobs: v.optional(key(
    wholeNumber(1, 100_000),
    'How many jobs of this stream may be with Slurm at once; left out: as many as `limits.remoteJobs` lets.',
    20,
  )),
  statusSeconds: v.optional(key(
    seconds(0), 'How long after Slurm has forgotten a job its exit status may take to be seen on this host: as long as '
    + 'the shared file system keeps attributes in its cache.',
  ), 60),
});

export type SlurmEntry = v.InferOutput<typeof slurm>;
