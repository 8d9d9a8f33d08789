// Images that behave as those of other systems do, run by nothing but an entry of select_statements.json. Each checks
// what modules of its family rely on, and fails where something is not as they have it there. docs/cores.md has the
// entries.

import assert from 'node:assert/strict';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { after, test, type TestContext } from 'node:test';
import { requirePeer, temporaryFolder } from '../rig/peers.ts';
import { makePodman, PODMAN_PEERS, type Podman } from '../rig/podman.ts';
import { startScriptedScp } from '../rig/scripted-scp.ts';
import { makeStation } from '../rig/station.ts';
import { makeImage } from './image.ts';
import { writeResult, writeSmallStudy, type SmallStudy } from './small-study.ts';
import { listJobs, runJobs, scan, sendTo, showJob } from './ticks.ts';

const installed = await makePodman();
after(() => installed?.remove());

interface Family {
  /** Where the image has its program, and what that does. */
  readonly program: string;
  readonly script: string;
  readonly changes: readonly string[];
  /** The entry of select_statements.json, but for the image. */
  readonly core: Readonly<Record<string, unknown>>;
}

/** Two series of two instances each come in. Whatever fails ends the script with its line. */
const FAMILIES: Readonly<Record<string, Family>> = {
  original: {
    program: '/app/segm.sh',
    script: `
test "$1" = /data; test "$2" = /output
test "$(ls $1/input/*.dcm | wc -l)" = 4
test "$(grep -c NameFromSelect $1/descr.json)" = 2
test "$(find $1/input_view_dicom_series -name '*.dcm' | wc -l)" = 4
test "$ROR_CONT_OPTIONS" = '{"--z-score-mean":20}'
cp /result.dcm $2
`,
    changes: ['CMD ["/app/segm.sh"]'],
    core: { command: '/app/segm.sh {} {output}', ROR_CONT_OPTIONS: '{"--z-score-mean":20}' },
  },
  mercure: {
    program: '/app/docker-entrypoint.sh',
    script: `
test "$(ls $MERCURE_IN_DIR/*.dcm | sed 's/#.*//' | sort -u | wc -l)" = 2
test "$(ls $MERCURE_IN_DIR/*.dcm | grep -c '[0-9]#[0-9.]*[.]dcm$')" = 4
head -c 132 "$(ls $MERCURE_IN_DIR/*.dcm | head -n 1)" | tail -c 4 | grep -q DICM
tr -d ' \\n' < $MERCURE_IN_DIR/task.json | grep -q '"process":{.*"settings":{"threshold":0.5}'
cp /result.dcm "$MERCURE_OUT_DIR/$(ls $MERCURE_IN_DIR | head -n 1)"
cp $MERCURE_IN_DIR/task.json $MERCURE_OUT_DIR
`,
    changes: ['WORKDIR /app', 'ENTRYPOINT ["/app/docker-entrypoint.sh"]'],
    core: { settings: { threshold: 0.5 } },
  },
  MONAI: {
    program: '/opt/monai/executor/monai-exec',
    script: `
test "$(id -u)" = 1000; test "$PWD" = /var/monai
test "$(find $MONAI_INPUTPATH -name '*.dcm' | wc -l)" = 4
mkdir -p "\${MONAI_WORKDIR:-.monai_workdir}/operators/1/output"
cp $(find $MONAI_INPUTPATH -name '*.dcm' | head -n 1) "$MONAI_WORKDIR/operators/1/output"
mkdir $MONAI_OUTPUTPATH/series; cp /result.dcm $MONAI_OUTPUTPATH/series
`,
    changes: [
      'ENV MONAI_WORKDIR=/var/monai', 'ENV MONAI_INPUTPATH=/var/monai/input', 'USER 1000:1000', 'WORKDIR /var/monai',
      'ENTRYPOINT ["/bin/sh", "-c"]', 'CMD ["/opt/monai/executor/monai-exec"]',
    ],
    core: {},
  },
  Holoscan: {
    program: '/var/holoscan/tools',
    script: `
test "$(id -u)" = 1000; test "$PWD" = /var/holoscan; test "$HOME" = /home/holoscan
test -r /etc/holoscan/app.json; test "$HOLOSCAN_MODEL_PATH" = /opt/holoscan/models
test "$(find $HOLOSCAN_INPUT_PATH -name '*.dcm' | wc -l)" = 4
echo kernel > $HOME/.cache/kernel
cp /result.dcm $HOLOSCAN_OUTPUT_PATH
`,
    changes: [
      'ENV HOLOSCAN_INPUT_PATH=/var/holoscan/input', 'ENV HOLOSCAN_MODEL_PATH=/opt/holoscan/models',
      'ENV HOME=/home/holoscan', 'USER 1000:1000', 'WORKDIR /var/holoscan', 'ENTRYPOINT ["/var/holoscan/tools"]',
    ],
    core: { tmpfs: ['/home/holoscan/.cache'] },
  },
  'Holoscan, into its own folders': {
    program: '/var/holoscan/tools',
    script: 'echo log > run.log; echo log > /home/holoscan/run.log; cp /result.dcm $HOLOSCAN_OUTPUT_PATH\n',
    changes: ['USER 1000:1000', 'WORKDIR /var/holoscan', 'ENTRYPOINT ["/var/holoscan/tools"]'],
    core: { readOnlyRoot: false },
  },
};

/** @returns the image's name */
async function makeFamilyImage(
  t: TestContext, podman: Podman, study: SmallStudy, { program, script, changes }: Family,
): Promise<string> {
  const root = await temporaryFolder(t);
  for (const folder of ['var/monai', 'var/holoscan', 'home/holoscan', 'etc/holoscan', dirname(program)]) {
    await mkdir(join(root, folder), { recursive: true });
    await chmod(join(root, folder), 0o777); // as though the image's user owned them
  }
  await writeFile(join(root, 'etc/holoscan/app.json'), '{}\n');
  await writeFile(join(root, program), `#!/bin/sh\nset -ex\n${script}`);
  await chmod(join(root, program), 0o755);
  await writeResult(join(root, 'result.dcm'), study);
  await chmod(join(root, 'result.dcm'), 0o644);
  const tag = program.toLowerCase().replace(/[^a-z]+/g, '-').slice(1);
  return makeImage(podman, `localhost/family${tag}:${changes.length}`, root, ...changes).name;
}

test('containers made for the original, mercure, MONAI Deploy and Holoscan run as they are', async (t) => {
  if (!requirePeer(t, 'storescu', ...PODMAN_PEERS)) return;
  const pacs = await startScriptedScp(t);
  const study = await writeSmallStudy(await temporaryFolder(t), { series: 2 });
  const statements: Record<string, object> = {};
  for (const [name, family] of Object.entries(FAMILIES)) {
    statements[name] = { docker_image: await makeFamilyImage(t, installed!, study, family), ...family.core };
  }
  const destination = [{ AETitle: 'PACS', IP: '127.0.0.1', PORT: pacs.port }];
  const Streams = Object.keys(FAMILIES).map((name) => ({ name, trigger: {}, destination }));
  const limits = { jobs: 8, minFreeBytes: 0, minFreePercent: 0 };
  const station = await makeStation(t, { config: { Streams, limits }, statements });
  await station.startReceiver(t);
  await sendTo(station, [study.folder]);
  await scan(station);
  await runJobs(station);

  const jobs = await listJobs(station);
  assert.equal(jobs.length, Object.keys(FAMILIES).length);
  for (const { stream, JobId } of jobs) {
    await t.test(stream, async () => {
      const { state, failures, result } = await showJob(station, JobId);
      assert.equal(state, 'forwarding', JSON.stringify(failures, null, 2));
      assert.equal(result?.instances.length, 1);
    });
  }
});
