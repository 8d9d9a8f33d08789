// select_statements.json: the core of each stream that has one, or its chain of cores, by the name of the stream.

import * as v from 'valibot';
import { inferenceServer } from './inference-server.ts';
import { outputs } from './outputs.ts';
import { retry } from './retry.ts';
import { slurm } from './slurm.ts';
import { mapOf, strictObject } from './strict-object.ts';
import {
  amount, command, environmentName, key, listOf, memory, name, nonEmptyText, oneOrMore, scratchFolder, seconds, text,
  wholeNumber, yesOrNo,
} from './values.ts';

/** One core. */
export const core = strictObject({
  select: v.optional(key(
    text, 'Which series the core gets. Empty: all of the study. Only the first core of a chain may have it: the others '
    + 'get what the one before them put out.',
    'SELECT study FROM study WHERE series NAMED "T1" HAS ClassifyType containing "T1" AND NumImages > 20',
  ), ''),
  ROR_CONT_OPTIONS: v.optional(key(
    text, 'Given to the core in the environment variable of this name.', '{"--z-score-mean":20}',
  ), ''),
  docker_image: v.optional(key(nonEmptyText, 'The container image.', 'segm_ec_vibe:latest')),
  executor: v.optional(key(
    v.picklist(
      ['container', 'process', 'slurm', 'inference-server'], '"container", "process", "slurm" or "inference-server"',
    ),
    'How the core runs. When left out: on an inference server where there is `inferenceServer`, as a container where '
    + 'there is a `docker_image`, else as a process.', 'container',
  )),
  command: v.optional(key(
    command,
    'Program and arguments, as one line or as a list. A line is split as a shell would, but never given to one. `{}` '
    + 'or `{input}`, `{output}`, `{descr}` and `{output_json}` are replaced by paths, `{dts}` by the folder that DTS '
    + 'is installed in. Left out: the command of the image.', 'python /app/segm.py {} {output}',
  )),
  env: v.optional(key(mapOf(environmentName, text), 'Environment variables for the core.', { THRESHOLD: '0.5' }), {}),
  memory: v.optional(key(memory, 'The memory that the core may use.', '20g'), '4g'),
  cpus: v.optional(key(amount(0.01, 1024), 'The CPUs that the core may use.'), 2),
  gpus: v.optional(key(wholeNumber(0, 64), 'The GPUs that the core gets.'), 0),
  timeoutSeconds: v.optional(key(seconds(1), 'A core that runs longer is ended and has failed.'), 3600),
  network: v.optional(key(
    nonEmptyText, 'The network of the container, by the name that the runtime has for it.',
  ), 'none'),
  readOnlyRoot: v.optional(key(
    yesOrNo, 'Whether the container\'s own files cannot be written to. `false` for an image that writes elsewhere than '
    + 'into /output, /tmp, /var/tmp, /run and the folders of `tmpfs`; what it writes there goes with the container.',
  ), true),
  tmpfs: v.optional(key(
    listOf(scratchFolder, 'folders of the container'), 'Further folders of the container for scratch files. They begin '
    + 'empty, whatever the image has there, and count as memory.', ['/var/monai'],
  ), []),
  settings: v.optional(key(
    mapOf(text, v.unknown()), 'Settings of a module that was made for mercure, which reads them from task.json.',
    { threshold: 0.5 },
  ), {}),
  attempts: v.optional(key(
    wholeNumber(1, 100), 'How often the core is started at the most, interruptions included.',
  ), 3),
  retry: v.optional(key(
    retry('a job that could not be run'),
    'When a core that asked for it or was interrupted is started again, and what kept it from starting is tried again.',
  ), {}),
  runtime: v.optional(key(v.picklist(['podman', 'docker'], '"podman" or "docker"'), 'What runs containers.'), 'podman'),
  slurm: v.optional(key(
    slurm, 'How the core is submitted to a Slurm cluster (`"executor": "slurm"`); docs/slurm.md tells what that needs.',
  )),
  inferenceServer: v.optional(key(
    inferenceServer, 'The server that runs the core: it is sent what was selected and asked for the result. '
    + 'docs/inference-server.md tells how.',
  )),
  outputs: v.optional(key(outputs, 'What the core may put out. More is a failure, and nothing is delivered.'), {}),
});

/** The content of select_statements.json. */
export const statementsFile = mapOf(name, oneOrMore(core, 'a core, or a list of cores that run one after the other'));

export type CoreEntry = v.InferOutput<typeof core>;
export type StatementsFile = v.InferOutput<typeof statementsFile>;
