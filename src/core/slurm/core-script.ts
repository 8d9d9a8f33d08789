// The script that runs a core on a node, core.sh: its environment and its command, made for one attempt, readable for
// whoever wants to know what ran. Pure.
//
// Everything that comes from a configuration or a file name is quoted, so the shell reads it as data. The script holds
// what the environment of the core may hold, also secrets, and stays in the folder of the attempt: Slurm never sees it.

import { userInfo } from 'node:os';
import { confinementArguments, imageArguments, SCRATCH, type StationUser } from '../container-arguments.ts';
import { coreEnvironment } from '../environment.ts';
import type { CoreRun } from '../executor.ts';
import { CONTAINER_FOLDERS, type CoreFolders, fillPlaceholders } from '../placeholders.ts';
import { programFolder } from '../program-folder.ts';
import { quoteWord, quoteWords } from './quote-word.ts';

type Runtime = NonNullable<CoreRun['core']['slurm']>['runtime'];

/** File sizes are counted in these by `ulimit -f` (POSIX). */
const BLOCK_BYTES = 512;

export function formatCoreScript(run: CoreRun, user: StationUser = userInfo()): string {
  const runtime: Runtime = run.core.slurm?.runtime ?? 'process';
  switch (runtime) {
    case 'process': return formatProcess(run);
    case 'podman': return formatPodman(run, user);
    case 'apptainer': case 'singularity': return formatApptainer(run, runtime);
  }
}

/** No program is looked for here: what is installed on a node only the node knows. */
function formatProcess(run: CoreRun): string {
  const folders: CoreFolders = { data: run.dataFolder, output: run.outputFolder, dts: programFolder() };
  return [
    ...formatLimit(run),
    ...formatExports(coreEnvironment(run, folders)),
    `cd ${quoteWord(run.outputFolder)} || exit 126`,
    `exec ${quoteWords(fillPlaceholders(run.core.command, folders))}`,
    '',
  ].join('\n');
}

/**
 * In the foreground, but as a child: Podman hands the container to a process of its own, which Slurm does not know and
 * which must be told when the job ends. What an earlier attempt left on this node under the same name goes first.
 */
function formatPodman(run: CoreRun, user: StationUser): string {
  const podmanRun: CoreRun = { ...run, core: { ...run.core, runtime: 'podman' } };
  const name = `${run.JobId}.${run.attempt}`;
  return `
name=${quoteWord(name)}
podman rm --force --ignore "$name" > /dev/null
set -- --name="$name" --log-driver=none ${quoteWords(confinementArguments(podmanRun, user))}
${run.core.gpus === 0 ? '' : GPU_OPTIONS}
stopped=no
trap 'stopped=yes; podman stop --time 5 "$name" > /dev/null 2>&1' TERM
podman run "$@" ${quoteWords(imageArguments(run))} &
wait $!
status=$?
if [ "$stopped" = yes ]; then
  wait $!
  again=$?
  [ "$again" -eq 127 ] || status=$again
fi
inspect() { podman inspect --type container --format "$1" "$name" 2> /dev/null; }
[ "$(inspect '{{.State.OOMKilled}}')" != true ] || : > out-of-memory
inspect '{{.Image}}' > image-digest
podman rm --force --ignore "$name" > /dev/null
# What an image's own user wrote is a subordinate user's; the station takes it over.
[ "$(id -u)" -eq 0 ] || podman unshare chown --recursive 0:0 ${quoteWord(run.outputFolder)}
exit "$status"
`.trimStart();
}

/** The devices that Slurm has given to the job, by the name that Podman has for them (Container Device Interface). */
const GPU_OPTIONS = `
for gpu in $(echo "$SLURM_JOB_GPUS" | tr ',' ' '); do
  set -- "$@" --device="nvidia.com/gpu=$gpu"
done`.trimStart();

/**
 * Apptainer and Singularity take the core's variables under a prefix; as options they would be split at commas. Memory
 * and CPUs are limited by Slurm.
 */
function formatApptainer(run: CoreRun, runtime: 'apptainer' | 'singularity'): string {
  const prefix = `${runtime.toUpperCase()}ENV_`;
  const variables = Object.entries({ ...SCRATCH, ...coreEnvironment(run, CONTAINER_FOLDERS) });
  const marker = variables.filter(([name]) => name === 'DTS_JOB_ID' || name === 'DTS_ATTEMPT');
  const command = imageArguments(run);
  return [
    ...formatLimit(run),
    ...formatExports(Object.fromEntries([...marker, ...variables.map(([name, value]) => [`${prefix}${name}`, value])])),
    `exec ${runtime} ${quoteWords([
      command.length === 1 ? 'run' : 'exec', '--containall', '--cleanenv', '--no-privs', '--writable-tmpfs',
      ...(run.core.network === 'none' ? ['--net', '--network=none'] : []),
      ...(run.core.gpus === 0 ? [] : ['--nv']),
      `--bind=${run.dataFolder}:${CONTAINER_FOLDERS.data}:ro`,
      `--bind=${run.outputFolder}:${CONTAINER_FOLDERS.output}:rw`,
      `--pwd=${CONTAINER_FOLDERS.output}`,
    ])} ${quoteWords(command)}`,
    '',
  ].join('\n');
}

/** One file may not be larger than all output together; a lower limit that is set already stays. */
function formatLimit({ core }: CoreRun): string[] {
  return [`ulimit -f ${Math.ceil(core.outputs.maxBytes / BLOCK_BYTES)} 2> /dev/null`];
}

function formatExports(variables: Readonly<Record<string, string>>): string[] {
  return Object.entries(variables).map(([name, value]) => `export ${name}=${quoteWord(value)}`);
}
