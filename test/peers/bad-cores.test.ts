// Cores that do what no core should, each a stream of its own on one study, and a good one after them.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdir, readdir, readFile, rename, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { createUID } from '../../src/dicom/new-uid.ts';
import type { Failure } from '../../src/job/failure.ts';
import { JobFolder } from '../../src/spool/layout.ts';
import { requirePeer, temporaryFolder } from '../rig/peers.ts';
import { startScriptedScp } from '../rig/scripted-scp.ts';
import { makeStation, type TestStation } from '../rig/station.ts';
import { CT_IMAGE_STORAGE, VERIFICATION, writeResult, writeSmallStudy, type SmallStudy } from './small-study.ts';
import { listJobs, runJobs, scan, sendTo } from './ticks.ts';

const MAXIMUM_BYTES = 20_000_000;

interface BadCore {
  /**
   * Shell text; `$1` is the output folder, `$2` that of the data, `$3` what `prepare` has made. Where left out, that is
   * put out.
   */
  readonly does?: string;
  /** Makes what is put out, in an empty folder. */
  readonly prepare?: (output: string, study: SmallStudy) => Promise<unknown>;
  /** Keys of the core in select_statements.json. */
  readonly core?: Readonly<Record<string, unknown>>;
  /** Each reason that the job must have, and no other. */
  readonly reasons: readonly Failure['reason'][];
}

const TOO_DEEP = 'nests folders deeper than any path';

const NO_DICOM = 'Dear PACS, this is a text.\n'.repeat(20);

/** By the name of the stream. */
const BAD_CORES: Readonly<Record<string, BadCore>> = {
  'exits with 1': { does: 'echo bad luck >&2; exit 1', reasons: ['core-exit'] },
  'is killed': { does: 'kill -KILL $$', reasons: ['core-signal'] },
  'hangs': {
    does: 'setsid sleep 611 & echo $! > $1/grandchild; trap "" TERM; sleep 611; sleep 611', core: { timeoutSeconds: 2 },
    reasons: ['core-time'],
  },
  'writes nothing': { does: ':', reasons: ['output-nothing'] },
  'writes only a text': { does: 'echo nothing found; echo done > $1/log.txt', reasons: ['output-nothing'] },
  'writes too much while it runs': {
    does: 'for n in 1 2 3; do head -c 8000000 /dev/zero > $1/$n.bin; done; sleep 611', reasons: ['core-output-bytes'],
  },
  'writes too much before it ends': {
    prepare: async (output, study) => {
      await writeResult(join(output, 'result.dcm'), study);
      for (const name of ['1.bin', '2.bin', '3.bin']) await writeFile(join(output, name), Buffer.alloc(8_000_000));
    },
    reasons: ['output-bytes'],
  },
  'writes one file that is too large': {
    does: 'exec head -c 30000000 /dev/zero > $1/large.bin', reasons: ['core-signal'],
  },
  'writes too many': {
    prepare: async (output, study) => {
      for (const name of ['1.dcm', '2.dcm', '3.dcm']) await writeResult(join(output, name), study);
    },
    core: { outputs: { maxInstances: 2 } }, reasons: ['output-instances'],
  },
  'writes a study of another patient': {
    prepare: (output, study) =>
      writeResult(join(output, 'a.dcm'), study, { StudyInstanceUID: createUID(), PatientID: 'P-2' }),
    reasons: ['output-other-study'],
  },
  'writes another patient into the study': {
    prepare: (output, study) => writeResult(join(output, 'a.dcm'), study, { PatientID: 'P-2' }),
    reasons: ['output-other-patient'],
  },
  'writes another study of the patient': {
    prepare: (output, study) => writeResult(join(output, 'a.dcm'), study, { StudyInstanceUID: createUID() }),
    reasons: ['output-other-study'],
  },
  'reuses a SOPInstanceUID': {
    prepare: (output, study) =>
      writeResult(join(output, 'a.dcm'), study, { SOPInstanceUID: study.series[1]!.SOPInstanceUIDs[0] }),
    reasons: ['output-input-instance'],
  },
  'reuses a SeriesInstanceUID': {
    prepare: (output, study) =>
      writeResult(join(output, 'a.dcm'), study, { SeriesInstanceUID: study.series[0]!.SeriesInstanceUID }),
    reasons: ['output-input-series'],
  },
  'writes a SOPInstanceUID twice': {
    prepare: async (output, study) => {
      const SOPInstanceUID = await writeResult(join(output, 'a.dcm'), study);
      await writeResult(join(output, 'b.dcm'), study, { SOPInstanceUID });
    },
    reasons: ['output-same-instance'],
  },
  'calls a text DICOM': {
    prepare: (output) => writeFile(join(output, 'a.dcm'), NO_DICOM), reasons: ['output-unreadable'],
  },
  'writes an empty instance': {
    prepare: (output) => writeFile(join(output, 'a.dcm'), ''), reasons: ['output-empty'],
  },
  'writes half an instance': {
    prepare: async (output, study) => {
      await writeResult(join(output, 'a.dcm'), study);
      await truncate(join(output, 'a.dcm'), 900);
    },
    reasons: ['output-unreadable'],
  },
  'writes half an instance that has no name': {
    prepare: async (output, study) => {
      await writeResult(join(output, 'IM0001'), study);
      await truncate(join(output, 'IM0001'), 900);
    },
    reasons: ['output-unreadable'],
  },
  'links to a file of the host': {
    prepare: (output) => symlink('/etc/passwd', join(output, 'x.dcm')), reasons: ['output-link'],
  },
  'writes a pipe': { does: 'mkfifo $1/y.dcm', reasons: ['output-link'] },
  'makes output.json a link': {
    prepare: (output) => symlink('/etc/passwd', join(output, 'output.json')), reasons: ['output-json'],
  },
  'makes output.json a pipe': { does: 'mkfifo $1/output.json', reasons: ['output-json'] },
  'writes what nobody stores': {
    prepare: (output, study) => writeResult(join(output, 'a.dcm'), study, { SOPClassUID: VERIFICATION }),
    reasons: ['output-sop-class'],
  },
  'writes what it may not': {
    prepare: (output, study) => writeResult(join(output, 'a.dcm'), study),
    core: { outputs: { SOPClassUIDs: ['1.2.840.10008.5.1.4.1.1.88.11'] } },
    reasons: ['output-sop-class'],
  },
  'breaks output.json': {
    prepare: async (output, study) => {
      await writeResult(join(output, 'a.dcm'), study);
      await writeFile(join(output, 'output.json'), '[{"field_name": "volume", "value": 4');
    },
    reasons: ['output-json'],
  },
  'hands its input out as its own': {
    does: 'ln $2/input/*.dcm $1/', reasons: ['output-input-instance', 'output-input-series'],
  },
  'writes into its input': {
    does: 'for f in $2/input/*.dcm; do head -c 9000 /dev/zero > $f; done; echo [] > $1/output.json; exit 9',
    reasons: ['core-exit'],
  },
  'links in circles': {
    does: 'ln -s . $1/circle; ln -s loop.dcm $1/loop.dcm; ln -s ../../.. $1/up', reasons: ['output-link'],
  },
  'gives a name that is no UTF-8 to an instance of another patient': {
    prepare: async (output, study) => {
      await writeResult(join(output, 'a.dcm'), study, { PatientID: 'P-2' });
      await rename(join(output, 'a.dcm'), Buffer.concat([Buffer.from(`${output}/`), Buffer.of(0xff, 0xfe)]));
    },
    reasons: ['output-other-patient'],
  },
  'writes twenty thousand files and nothing else': {
    does: 'cd $1 && mkdir deep && seq 20000 | sed s,^,deep/, | xargs touch', core: { outputs: { maxBytes: 1e9 } },
    reasons: ['output-nothing'],
  },
  [TOO_DEEP]: {
    does: 'name=$(head -c 200 /dev/zero | tr "\\0" x); cd $1; for n in $(seq 40); do mkdir $name; cd -P $name; done',
    reasons: ['file-fault'],
  },
  'refers to what is nowhere': {
    prepare: (output, study) => writeResult(join(output, 'a.dcm'), study, {
      SourceImageSequence: [{ ReferencedSOPClassUID: CT_IMAGE_STORAGE, ReferencedSOPInstanceUID: createUID() }],
    }),
    reasons: ['output-reference'],
  },
  'asks to be discarded where it may not': {
    prepare: async (output, study) => {
      await writeResult(join(output, 'a.dcm'), study);
      await writeFile(join(output, 'output.json'), '{"dts": {"discard": true}}');
    },
    reasons: ['steering-not-allowed'],
  },
  'writes values that nobody expects': {
    prepare: (output) => writeFile(join(output, 'output.json'), '[{"field_name": "volume", "value": "a lot"}]'),
    core: { outputs: { schema: { items: { properties: { value: { type: 'number' } } } } } }, reasons: ['output-schema'],
  },
  'writes less than it must': {
    prepare: (output, study) => writeResult(join(output, 'a.dcm'), study),
    core: { outputs: { minInstances: 2, expect: [{ Modality: 'SEG' }] } },
    reasons: ['output-expected', 'output-too-few'],
  },
  'does everything wrong at once': {
    prepare: writeEverythingWrong, core: { outputs: { maxBytes: 3000, maxInstances: 8 } },
    reasons: [
      'output-bytes', 'output-empty', 'output-input-instance', 'output-input-series', 'output-instances', 'output-json',
      'output-link', 'output-other-patient', 'output-other-study', 'output-same-instance', 'output-sop-class',
      'output-unreadable',
    ],
  },
};

async function writeEverythingWrong(output: string, study: SmallStudy): Promise<void> {
  await writeResult(join(output, 'good.dcm'), study);
  await writeResult(join(output, 'other-study.dcm'), study, { StudyInstanceUID: createUID() });
  await writeResult(join(output, 'other-patient.dcm'), study, { PatientID: 'P-2' });
  await writeResult(join(output, 'input-instance.dcm'), study, { SOPInstanceUID: study.series[0]!.SOPInstanceUIDs[0] });
  await writeResult(join(output, 'input-series.dcm'), study, { SeriesInstanceUID: study.series[1]!.SeriesInstanceUID });
  await writeResult(join(output, 'class.dcm'), study, { SOPClassUID: VERIFICATION });
  const SOPInstanceUID = await writeResult(join(output, 'same-1.dcm'), study);
  await writeResult(join(output, 'same-2.dcm'), study, { SOPInstanceUID });
  await writeFile(join(output, 'text.dcm'), NO_DICOM);
  await writeFile(join(output, 'empty.dcm'), '');
  await symlink('/etc/passwd', join(output, 'link.dcm'));
  await writeFile(join(output, 'output.json'), 'volume = 4');
}

test('a core that does wrong fails its job with every reason, and nothing else suffers', async (t) => {
  if (!requirePeer(t, 'storescu')) return;
  const [pacs, otherPacs] = [await startScriptedScp(t), await startScriptedScp(t)];
  const study = await writeSmallStudy(await temporaryFolder(t), { series: 2 });
  const station = await makeStation(t, await configure(t, study, pacs.port, otherPacs.port));
  await station.startReceiver(t);
  await sendTo(station, [study.folder]);
  await scan(station);
  const archived = await readArchive(station, study);
  assert.equal(archived.length, study.files.length);
  await runJobs(station);

  const jobs = await listJobs(station);
  for (const [stream, { reasons }] of Object.entries(BAD_CORES)) {
    await t.test(`a core that ${stream}`, async () => {
      const job = jobs.find((one) => one.stream === stream);
      assert.equal(job?.state, 'failed');
      const folder = new JobFolder(station.layout.job('failed', job.JobId));
      const failures = JSON.parse(await readFile(folder.failures, 'utf8')) as Failure[];
      assert.deepEqual([...new Set(failures.map(({ reason }) => reason))].sort(), reasons, JSON.stringify(failures));

      const { stdout } = await station.dts(['jobs', 'show', job.JobId]);
      assert.equal(stdout.match(/^ {2}failed {6}\S/gm)?.length, failures.length, stdout);
      assert.doesNotMatch(stdout, /^ {2}(delivery|result) /m);
      assert.equal((await readdir(folder.input)).length, study.files.length, 'its data stays');
    });
  }

  await t.test('what it said last is told', async () => {
    const { stdout } = await station.dts(['jobs', 'list', '--stream', 'exits with 1', '--json']);
    const shown = await station.dts(['jobs', 'show', (JSON.parse(stdout) as { JobId: string }[])[0]!.JobId]);
    assert.match(shown.stdout, /ended with exit status 1; its last words: bad luck/);
  });

  await t.test('what it leaves running has ended before its output is read', async () => {
    const { JobId } = jobs.find(({ stream }) => stream === 'good')!;
    const written = join(station.layout.job('forwarding', JobId), 'output');
    const pid = Number(await readFile(join(written, 'stray'), 'utf8'));
    assert.ok(pid > 0);
    assert.throws(() => process.kill(pid, 0), { code: 'ESRCH' });
  });

  await t.test('what was received is as it was', async () => {
    assert.deepEqual(await readArchive(station, study), archived);
  });

  await t.test('what it said last is told, too, where its output was wrong', async () => {
    const { JobId } = jobs.find(({ stream }) => stream === 'writes only a text')!;
    const { stdout } = await station.dts(['jobs', 'show', JobId]);
    assert.match(stdout, /^ {2}failed {6}the core wrote neither .*\n {2}said {8}nothing found$/m);
  });

  await t.test('its grandchildren are gone', async () => {
    const { JobId } = jobs.find(({ stream }) => stream === 'hangs')!;
    const pid = Number(await readFile(join(station.layout.job('failed', JobId), 'output', 'grandchild'), 'utf8'));
    assert.ok(pid > 0);
    assert.throws(() => process.kill(pid, 0), { code: 'ESRCH' });
  });

  await t.test('what the good one found and asked for is told, and does a terminal no harm', async () => {
    const { JobId } = jobs.find(({ stream }) => stream === 'good')!;
    const { stdout } = await station.dts(['jobs', 'show', JobId]);
    assert.match(stdout, /^ {2}asked {7}to go to other only\n {2}asked {7}to tell somebody: a bleeding \\x1b\[2J$/m);
    const log = await station.dts(['log', '--job', JobId]);
    assert.match(log.stdout, /volume = 2 ml/);
    assert.match(log.stdout, /warning.*its core says: a bleeding \\x1b\[2J/);
  });

  await t.test('the good job goes all the way, and the PACS of the others is not even called', async () => {
    const forwarded = await station.dts(['forward']);
    assert.deepEqual([forwarded.status, forwarded.stderr], [0, '']);
    assert.equal(otherPacs.messages.length, 1);
    const good = jobs.filter(({ stream }) => stream === 'good').map(({ JobId }) => JobId);
    assert.deepEqual(await readdir(station.layout.jobsIn('done')), good);
    assert.equal(pacs.associations.length, 0);
  });

  const tooDeep = jobs.find(({ stream }) => stream === TOO_DEEP)!;
  execFileSync('rm', ['-rf', station.layout.job('failed', tooDeep.JobId)]); // the test's own cleaning up goes by paths
});

/** Every archived instance of a study, in order of name. */
async function readArchive({ layout }: TestStation, { StudyInstanceUID }: SmallStudy): Promise<Buffer[]> {
  const folder = layout.archivedStudy(StudyInstanceUID);
  return Promise.all((await readdir(folder)).sort().map((name) => readFile(join(folder, name))));
}

async function configure(
  t: TestContext, study: SmallStudy, pacsPort: number, otherPacsPort: number,
): Promise<Parameters<typeof makeStation>[1]> {
  const prepared = await temporaryFolder(t);
  const good: BadCore = {
    prepare: async (output) => {
      await writeResult(join(output, 'a.dcm'), study);
      const asks = { destinations: ['other'], notify: 'a bleeding \u001b[2J' };
      await writeFile(join(output, 'output.json'), JSON.stringify({ volume: { value: 2, unit: 'ml' }, dts: asks }));
    },
    does: 'setsid sleep 611 & echo $! > $1/stray; cp --archive "$3/." $1/', reasons: [],
  };
  const cores = { ...BAD_CORES, good };
  const statements: Record<string, unknown> = {};
  for (const [stream, { does, prepare, core }] of Object.entries(cores)) {
    const output = join(prepared, stream);
    await mkdir(output);
    await prepare?.(output, study);
    const command = does === undefined
      ? ['cp', '--archive', `${output}/.`, '{output}'] : ['/bin/sh', '-c', does, 'core', '{output}', '{}', output];
    statements[stream] = { executor: 'process', command, outputs: { maxBytes: MAXIMUM_BYTES }, ...core };
  }
  const streams = Object.keys(cores).map((name) => ({
    name,
    trigger: { AETitleCalled: '^AICORE1$' },
    destination: [
      { AETitle: 'PACS', IP: '127.0.0.1', PORT: pacsPort },
      ...name === 'good' ? [{ name: 'other', AETitle: 'PACS', IP: '127.0.0.1', PORT: otherPacsPort }] : [],
    ],
    steering: name === 'good' ? ['destinations', 'notify'] : [],
  }));
  return { config: { Streams: streams, limits: { jobs: 8, minFreeBytes: 0, minFreePercent: 0 } }, statements };
}
