import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { writePart10, type Dataset } from '../../src/dicom/write.ts';
import { changeJob } from '../../src/flow/job/change-job.ts';
import { planJob } from '../../src/flow/job/plan-job.ts';
import { reportJob } from '../../src/flow/job/job-report.ts';
import type { Failure } from '../../src/job/failure.ts';
import { failureText } from '../../src/job/failure-text.ts';
import type { Attempt, Result } from '../../src/job/job.ts';
import { eventText } from '../../src/log/event-text.ts';
import { findJobState } from '../../src/spool/job-store.ts';
import { exists, findJson } from '../../src/spool/read.ts';
import { temporaryFolder } from '../rig/peers.ts';
import { CT, makeFlowStation, STUDY, withCore, type FlowStation } from './flow-station.ts';

const THROUGH = ['pending', 'staged', 'running', 'ran'];
const SEGMENTATION = '1.2.840.10008.5.1.4.1.1.66.4';

interface Chain {
  readonly station: FlowStation;
  readonly JobId: string;
  /** What the cores copy from: `$3`. */
  readonly prepared: string;
}

/** A job of as many cores as there are scripts: `$1` is data, `$2` output, `$3` the folder of prepared instances. */
async function makeChain(
  t: TestContext, scripts: readonly string[], keys: readonly object[] = [],
): Promise<Chain> {
  const prepared = await temporaryFolder(t);
  const cores = scripts.map((script, index) => {
    return { command: ['/bin/sh', '-c', script, 'core', '{}', '{output}', prepared], ...keys[index] };
  });
  const station = await makeFlowStation(t, { ...withCore(''), statements: { AI: cores } });
  const [JobId = ''] = await station.arrive();
  return { station, JobId, prepared };
}

/** An instance of the arrived study and patient, unless told otherwise. */
async function prepare(prepared: string, name: string, dataset: Dataset = {}): Promise<void> {
  await writePart10(join(prepared, name), {
    SOPClassUID: CT, SOPInstanceUID: '1.2.3.7.1', StudyInstanceUID: STUDY, SeriesInstanceUID: '1.2.3.7',
    PatientID: 'P1', PatientName: 'Doe^Jane', StudyDate: '20261120', StudyTime: '081530', Modality: 'CT',
    SeriesNumber: 7, InstanceNumber: 1, SeriesDescription: 'Denoised', ...dataset,
  });
}

const stateOf = ({ station, JobId }: Chain): Promise<string | undefined> => findJobState(station.layout, JobId);
const attemptOf = ({ station, JobId }: Chain) => station.jobFile<Attempt>(JobId, 'attempt');
const failuresOf = ({ station, JobId }: Chain) => station.jobFile<readonly Failure[]>(JobId, 'failures');

test('what one core puts out is what the next one reads; the last one\'s output is the result', async (t) => {
  const chain = await makeChain(t, [
    'cp "$3/denoised.dcm" "$2"; mkdir "$2/notes"; echo seen > "$2/notes/a.txt"; '
      + 'echo \'[{"field_name":"noise","value":1}]\' > "$2/output.json"; chmod 0400 "$2/denoised.dcm"',
    'ls "$1/input" > "$2/input"; cat "$1/previous/notes/a.txt" "$1/previous/output.json" > "$2/previous"; '
      + 'cp "$3/segmented.dcm" "$2"; echo \'[{"field_name":"volume","value":12}]\' > "$2/output.json"',
  ]);
  const { station, JobId, prepared } = chain;
  await prepare(prepared, 'denoised.dcm');
  await prepare(prepared, 'segmented.dcm', {
    SOPClassUID: SEGMENTATION, SOPInstanceUID: '1.2.3.8.1', SeriesInstanceUID: '1.2.3.8', Modality: 'SEG',
  });
  await station.advance(JobId, THROUGH);

  assert.equal(await stateOf(chain), 'validated');
  assert.deepEqual(station.eventsOf('job-moved').map(({ to }) => to),
    ['staged', 'running', 'ran', 'staged', 'running', 'ran', 'validated']);
  const folder = await station.folderOf(JobId);
  const second = folder.coreFolder(2);
  assert.equal(await readFile(join(second.output, 'input'), 'utf8'), '1.2.3.7.1.dcm\n');
  assert.equal(await readFile(join(second.output, 'previous'), 'utf8'), 'seen\n[{"field_name":"noise","value":1}]\n');
  assert.equal((await stat(join(second.input, '1.2.3.7.1.dcm'))).mode & 0o777, 0o640);
  const [description, ...others] = await findJson<Record<string, unknown>[]>(second.description) ?? [];
  assert.deepEqual(others, []);
  const { SeriesInstanceUID, SeriesDescription, NumFiles, NameFromSelect, PatientName } = description ?? {};
  assert.deepEqual([SeriesInstanceUID, SeriesDescription, NumFiles, NameFromSelect, PatientName],
    ['1.2.3.7', 'Denoised', 1, 'no-name', 'Doe^Jane']);
  assert.ok((description?.['ClassifyTypes'] as string[]).length > 0, 'classes come from the site\'s rules');
  const seen = description?.['InputViewDICOMSeriesPath'];
  assert.equal(seen, '/data/input_view_dicom_series/P1_Doe_Jane/20261120_081530/7_Denoised');
  assert.deepEqual(await readdir(join(second.inputView, 'P1_Doe_Jane/20261120_081530/7_Denoised')), ['1.2.3.7.1.dcm']);

  const result = await station.jobFile<Result>(JobId, 'resultList');
  assert.deepEqual(result?.instances.map(({ SOPInstanceUID }) => SOPInstanceUID), ['1.2.3.8.1']);
  assert.deepEqual(result?.predictions, [{ field_name: 'volume', value: '12' }]);
  assert.deepEqual(station.eventsOf('attempt-started').map(({ attempt, core }) => [attempt, core]), [[1, 1], [2, 2]]);
  assert.match(eventText(station.eventsOf('attempt-ended')[1]!), /attempt 2, of core 2/);
});

test('the next core is told of its series, largest first, and finds them under each kind of name', async (t) => {
  const chain = await makeChain(t, ['cp "$3"/* "$2"', 'true'], [{}, { settings: { threshold: 0.5 } }]);
  const { station, JobId, prepared } = chain;
  await prepare(prepared, 'one');
  await prepare(prepared, 'two', { SOPInstanceUID: '1.2.3.8.2', SeriesInstanceUID: '1.2.3.8', InstanceNumber: 2 });
  await prepare(prepared, 'three', { SOPInstanceUID: '1.2.3.8.1', SeriesInstanceUID: '1.2.3.8', InstanceNumber: 1 });
  await station.advance(JobId, ['pending', 'staged', 'running']);
  await station.advance(JobId, ['ran']);
  const next = (await station.folderOf(JobId)).coreFolder(2);
  const descriptions = await findJson<Record<string, unknown>[]>(next.description);
  const keys = ['SeriesInstanceUID', 'NumFiles', 'FirstSOPInstanceUID'];
  assert.deepEqual(descriptions?.map((one) => keys.map((key) => one[key])), [
    ['1.2.3.8', 2, '1.2.3.8.1'], ['1.2.3.7', 1, '1.2.3.7.1'],
  ]);
  assert.deepEqual(await readdir(next.mercure),
    ['1.2.3.7#1.2.3.7.1.dcm', '1.2.3.8#1.2.3.8.1.dcm', '1.2.3.8#1.2.3.8.2.dcm', 'task.json']);
  const task = await findJson<{ process: { settings: object } }>(next.mercureTask);
  assert.deepEqual(task?.process.settings, { threshold: 0.5 });
});

test('each core has its own attempts, limits and logs; those before it are not run again', async (t) => {
  const chain = await makeChain(t, [
    'echo run >> "$3/first"; echo first; echo [] > "$2/output.json"; test $(wc -l < "$3/first") = 2 || exit 75',
    'echo run >> "$3/second"; echo second; echo [] > "$2/output.json"; test $(wc -l < "$3/second") = 3 || exit 75',
  ], [{ attempts: 2 }, { attempts: 3 }]);
  const { station, JobId, prepared } = chain;
  while (await stateOf(chain) !== 'validated') await station.advance(JobId, THROUGH);

  assert.equal(await readFile(join(prepared, 'first'), 'utf8'), 'run\n'.repeat(2));
  assert.equal(await readFile(join(prepared, 'second'), 'utf8'), 'run\n'.repeat(3));
  const { attempt, core, attemptOfCore, earlier = [] } = await attemptOf(chain) ?? {};
  assert.deepEqual([attempt, core, attemptOfCore], [5, 2, 3]);
  assert.deepEqual(earlier.map((one) => [one.attempt, one.core, one.outcome]), [[2, 1, 'exit 0']]);
  const folder = await station.folderOf(JobId);
  const { logs, cores } = await reportJob(station, { job: { ...JSON.parse(await readFile(folder.job, 'utf8')) },
    state: 'validated', folder });
  assert.equal(cores, 2);
  assert.deepEqual(await Promise.all(logs.map((path) => readFile(path, 'utf8'))), ['first\n', '', 'second\n', '']);
});

test('a core that has used all its attempts fails the job, whatever is left to the others', async (t) => {
  const chain = await makeChain(t, ['echo [] > "$2/output.json"', 'exit 75'], [{ attempts: 9 }, { attempts: 2 }]);
  while (await stateOf(chain) !== 'failed') await chain.station.advance(chain.JobId, THROUGH);
  const failures = await failuresOf(chain);
  assert.deepEqual(failures, [
    { reason: 'attempts-used', attempts: 2, last: { reason: 'core-postponed' }, core: 2 },
  ]);
  assert.match(failureText(failures![0]!), /^core 2 of the chain: all 2 attempts are used/);
});

test('nothing is run on rubbish: everything that is wrong in between is told, with the core that did it', async (t) => {
  const chain = await makeChain(t, ['cp "$3"/* "$2"; ln -s a-good.dcm "$2/link.dcm"', 'touch "$3/was run"']);
  const { station, JobId, prepared } = chain;
  await prepare(prepared, 'a-good.dcm');
  await prepare(prepared, 'b-same.dcm');
  await prepare(prepared, 'c-study.dcm', { SOPInstanceUID: '1.2.3.7.2', StudyInstanceUID: '9.9' });
  await prepare(prepared, 'd-patient.dcm', { SOPInstanceUID: '1.2.3.7.3', PatientID: 'P2' });
  await writeFile(join(prepared, 'e-text.dcm'), 'no DICOM');
  await station.advance(JobId, THROUGH);

  assert.equal(await stateOf(chain), 'failed');
  const failures = await failuresOf(chain);
  assert.deepEqual(failures?.map(({ reason, core }) => [reason, core]), [
    ['output-link', 1], ['output-unreadable', 1], ['output-other-study', 1], ['output-other-patient', 1],
    ['output-same-instance', 1],
  ]);
  assert.equal(await exists(join(prepared, 'was run')), false);
  assert.equal(await exists((await station.folderOf(JobId)).coreFolder(2).path), false);
});

test('a core in the middle that puts out nothing to read fails the job; output.json alone is enough', async (t) => {
  const nothing = await makeChain(t, ['true', 'true']);
  await nothing.station.advance(nothing.JobId, THROUGH);
  assert.deepEqual(await failuresOf(nothing), [{ reason: 'output-nothing', core: 1 }]);

  const broken = await makeChain(t, ['echo {{ > "$2/output.json"', 'true']);
  await broken.station.advance(broken.JobId, THROUGH);
  assert.deepEqual((await failuresOf(broken))?.map(({ reason, core }) => [reason, core]), [['output-json', 1]]);

  const looking = 'ls "$1/input" && cp "$1/descr.json" "$2/output.json"';
  const values = await makeChain(t, ['echo [] > "$2/output.json"', looking]);
  await values.station.advance(values.JobId, THROUGH);
  assert.equal(await stateOf(values), 'validated');
});

test('a core in the middle may keep the input\'s series and instances, the last one may not', async (t) => {
  const copying = 'cp "$1"/input/*.dcm "$2"';
  const chain = await makeChain(t, [copying, copying]);
  await chain.station.advance(chain.JobId, THROUGH);
  const failures = await failuresOf(chain);
  assert.deepEqual(failures?.map(({ reason, core }) => [reason, core]), [
    ['output-input-series', 2], ['output-input-instance', 2],
  ]);
});

test('what a core in the middle may put out is limited as its own configuration says', async (t) => {
  const limits = { outputs: { SOPClassUIDs: [SEGMENTATION] } };
  const chain = await makeChain(t, ['cp "$1"/input/*.dcm "$2"', 'true'], [limits]);
  await chain.station.advance(chain.JobId, THROUGH);
  assert.deepEqual((await failuresOf(chain))?.map(({ reason, core }) => [reason, core]), [['output-sop-class', 1]]);
});

test('while space is short the next core\'s input is not built, and the job is tried again', async (t) => {
  const chain = await makeChain(t, ['echo [] > "$2/output.json"', 'echo [] > "$2/output.json"']);
  const { station, JobId } = chain;
  await station.advance(JobId, ['pending', 'staged', 'running']);
  const { configuration } = station;
  const limits = { ...configuration.limits, minFreePercent: 100 };
  Object.assign(station, { configuration: { ...configuration, limits } });
  const advance = await station.advance(JobId, ['ran']);
  assert.equal(advance.advance === 'postponed' && advance.failure.reason, 'space-short');
  assert.equal(await stateOf(chain), 'ran');
  Object.assign(station, { configuration });
  await station.advance(JobId, THROUGH);
  assert.equal(await stateOf(chain), 'validated');
});

test('what an interrupted building left does not reach the next core', async (t) => {
  const looking = 'ls "$1/input" > "$2/seen"; echo [] > "$2/output.json"';
  const chain = await makeChain(t, ['echo [] > "$2/output.json"', looking]);
  const { station, JobId } = chain;
  await station.advance(JobId, ['pending', 'staged', 'running']);
  const next = (await station.folderOf(JobId)).coreFolder(2);
  await mkdir(next.input, { recursive: true });
  await writeFile(join(next.input, '.copy-0'), 'half');
  await writeFile(join(next.input, '1.2.3.dcm'), 'half');
  await station.advance(JobId, THROUGH);
  const { output } = (await station.folderOf(JobId)).coreFolder(2);
  assert.equal(await readFile(join(output, 'seen'), 'utf8'), '');
});

test('a dry run says which core would start, and of what the next one would be fed', async (t) => {
  const { station, JobId } = await makeChain(t, ['echo [] > "$2/output.json"', 'true']);
  const plan = async (): Promise<string> => (await planJob(station, JobId) ?? []).join('\n');
  await station.advance(JobId, ['pending']);
  assert.match(await plan(), /would start core 1 of 2, a process/);
  await station.advance(JobId, ['staged', 'running']);
  assert.match(await plan(), /would check .*output and make it the input of core 2 of 2/);
  await station.advance(JobId, ['ran']);
  assert.match(await plan(), /would start core 2 of 2, a process/);
});

test('a job that is tried again begins with its first core; cancelling removes the input of every core', async (t) => {
  const chain = await makeChain(t, ['echo run >> "$3/first"; echo [] > "$2/output.json"', 'exit 1']);
  const { station, JobId, prepared } = chain;
  await station.advance(JobId, THROUGH);
  assert.deepEqual(await changeJob(station, JobId, 'retry'), { moved: 'pending' });
  await station.advance(JobId, THROUGH);
  assert.equal(await readFile(join(prepared, 'first'), 'utf8'), 'run\nrun\n');
  assert.deepEqual(await changeJob(station, JobId, 'cancel'), { moved: 'cancelled' });
  const folder = await station.folderOf(JobId);
  assert.deepEqual([await exists(folder.data), await exists(folder.coreFolder(2).data)], [false, false]);
  assert.equal(await exists(folder.coreFolder(2).output), true);
});
