import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { makeStation } from '../rig/station.ts';
import { writeStudy, STUDY } from './busy-station.ts';

const CT = 'SELECT series FROM study WHERE series NAMED "thin" HAS Modality == CT';

test('select says for every series what decided, and which jobs would be made', async (t) => {
  const station = await makeStation(t);
  const { status, stdout, stderr } = await station.dts(['select', '--statement', CT, await writeStudy(t)]);
  assert.deepEqual([status, stderr], [0, '']);
  assert.match(stdout, /true +WHERE 1 "thin"\n +true +Modality == "CT" +<- "CT"/);
  assert.match(stdout, /1 job would be made\.\n +job 1: 1 series\n +"thin" /);
});

test('select classifies by the rules of the configuration', async (t) => {
  const station = await makeStation(t);
  await writeFile(join(station.config, 'classify_rules.json'),
    JSON.stringify([{ type: 'mine', rules: [{ tag: ['SeriesDescription'], value: 'Thin' }] }]));
  const words = ['select', '--json', '--statement', 'SELECT series FROM study WHERE ClassifyType containing mine', await writeStudy(t)];
  const { status, stdout, stderr } = await station.dts(words);
  assert.equal(status, 0, stderr);
  assert.equal(JSON.parse(stdout).studies[0].selection.jobs.length, 1);
});

test('select tries each of several studies as though it had just arrived, a project once', async (t) => {
  const station = await makeStation(t);
  const other = { StudyInstanceUID: `${STUDY}.9`, SeriesInstanceUID: `${STUDY}.9.1` };
  const folders = [await writeStudy(t), await writeStudy(t, other)];
  const studiesOf = async (statement: string) => {
    const { stdout } = await station.dts(['select', '--json', '--statement', statement, ...folders]);
    return JSON.parse(stdout).studies.length;
  };
  // The instances of both folders have the same SOPInstanceUIDs: the last one of each stands.
  assert.equal(await studiesOf(CT), 1);
  const third = await writeStudy(t, { ...other, SOPInstanceUID: `${STUDY}.9.1.1` });
  folders[1] = third;
  assert.equal(await studiesOf(CT), 2);
  assert.equal(await studiesOf('SELECT project FROM project WHERE project HAS Modality == CT'), 1);
});

test('select says where instances of a series differ', async (t) => {
  const station = await makeStation(t);
  const words = ['select', '--statement', 'SELECT series FROM study WHERE InstanceNumber == 1', await writeStudy(t)];
  assert.match((await station.dts(words)).stdout, /true +InstanceNumber == 1\s+<- "1" in the first instance; others differ/);
});

const WRONG: readonly (readonly [statement: string, said: RegExp])[] = [
  ['SELECT series FROM study WHERE series HASS Modality == CT', /line 1, column 39: Found HASS .*: NAMED, HAS\.\n {2}SELECT.*\n {40}\^\n$/],
  ['SELECT series FROM study\nWHERE Modalty == CT', /line 2, column 7: There is no field Modalty; did you mean Modality\?\n {2}WHERE.*\n {8}\^\n$/],
  ['SELECT series FROM study WHERE SeriesDescription regexp "("', /line 1, column \d+: .*\n.*\n +\^\n$/],
];

for (const [statement, said] of WRONG) {
  test(`select refuses ${JSON.stringify(statement)} with its place, before it reads a file`, async (t) => {
    const station = await makeStation(t);
    const { status, stdout, stderr } = await station.dts(['select', '--statement', statement, '/no/such/folder']);
    assert.deepEqual([status, stdout], [65, '']);
    assert.match(stderr, /^dts select: error: statement: /);
    assert.match(stderr, said);
    const json = await station.dts(['select', '--json', '--statement', statement, '/no/such/folder']);
    assert.equal(json.status, 65);
    assert.equal(JSON.parse(json.stdout).problems[0].severity, 'error');
  });
}

test('select warns of AND and OR without brackets, and goes on', async (t) => {
  const station = await makeStation(t);
  const statement = 'SELECT series FROM study WHERE Modality == CT OR Modality == MR AND NumImages > 1';
  const { status, stdout, stderr } = await station.dts(['select', '--statement', statement, await writeStudy(t)]);
  assert.equal(status, 0);
  assert.match(stderr, /^dts select: warning: statement: line 1, column \d+: AND and OR have the same rank/);
  assert.match(stdout, /1 job would be made/);
});

test('select names files that are no DICOM, and ends with 65 where there is no other', async (t) => {
  const station = await makeStation(t);
  const folder = await writeStudy(t);
  await writeFile(join(folder, 'README'), 'no DICOM');
  const mixed = await station.dts(['select', '--statement', CT, folder]);
  assert.equal(mixed.status, 0);
  assert.match(mixed.stderr, /^dts select: warning: \S+README: left out: /);
  const none = await station.dts(['select', '--statement', CT, join(folder, 'README')]);
  assert.equal(none.status, 65);
  assert.match(none.stderr, /nothing to select from: no DICOM file is among what was named\n$/);
});

test('select reads a statement from a file and from stdin, and says which of several is wrong', async (t) => {
  const station = await makeStation(t);
  const file = join(station.root, 'thin.select');
  await writeFile(file, `${CT}\n`);
  const folder = await writeStudy(t);
  const fromFile = await station.dts(['select', '--statement', `@${file}`, folder]);
  const fromStdin = await station.dts(['select', '--statement', '@-', folder], { input: CT });
  const written = await station.dts(['select', '--statement', CT, folder]);
  assert.deepEqual([fromFile, fromStdin], [written, written]);
  await writeFile(file, 'SELECT series\nWHERE Modalty == CT');
  const wrong = await station.dts(['select', '--statement', CT, '--statement', `@${file}`, folder]);
  assert.deepEqual([wrong.status, wrong.stdout], [65, '']);
  assert.match(wrong.stderr, /^dts select: error: \S+thin\.select: line 2, column 7: There is no field Modalty/);
  const missing = await station.dts(['select', '--statement', '@/no/such/file', folder]);
  assert.equal(missing.status, 64);
  assert.match(missing.stderr, /there is no file \/no\/such\/file with a statement/);
});

test('select tries the statements of streams, several side by side', async (t) => {
  const core = { executor: 'process', command: 'true' };
  const station = await makeStation(t, {
    config: { Streams: ['Thin', 'Thick', 'Relay'].map((name) => ({
      name, trigger: {}, destination: [{ AETitle: 'PACS', IP: '127.0.0.1', PORT: 104 }],
    })) },
    statements: { Thin: { ...core, select: CT }, Thick: { ...core, select: 'Modality: MR' } },
  });
  const folder = await writeStudy(t);
  const { status, stdout } = await station.dts(['select', '--stream', 'Thin', '--stream', 'Thick', folder]);
  assert.equal(status, 0);
  assert.match(stdout, /^By stream Thin\n[^]*1 job would be made[^]*\nBy stream Thick\n[^]*No job would be made/);
  const json = await station.dts(['select', '--json', '--stream', 'Thick', '--statement', CT, folder]);
  const jobs = JSON.parse(json.stdout).studies.map(({ statement, selection }: {
    statement: string; selection: { jobs: unknown[] };
  }) => [statement, selection.jobs.length]);
  assert.deepEqual(jobs, [['statement', 1], ['stream Thick', 0]]);
  for (const [name, said] of [['Thikc', /there is no stream Thikc; did you mean Thick\?/], ['Relay', /has no core/]] as const) {
    const refused = await station.dts(['select', '--stream', name, folder]);
    assert.equal(refused.status, 64);
    assert.match(refused.stderr, said);
  }
  assert.match((await station.dts(['select', folder])).stderr, /give a statement by --statement or --stream/);
});

test('select shows both WHERE of an ambiguous statement with the series', async (t) => {
  const station = await makeStation(t);
  const statement = 'SELECT study WHERE series NAMED a HAS Modality == CT ALSO WHERE series NAMED b HAS NumImages < 9';
  const { status, stdout } = await station.dts(['select', '--statement', statement, await writeStudy(t)]);
  assert.equal(status, 65);
  assert.match(stdout, /ambiguous: its job fails.*\n {2}Series 1 {2}"Thin"\n.*\n {4}matches WHERE 1 "a" and WHERE 2 "b"\n/);
});

test('select puts the caret under the place also where the line is long', async (t) => {
  const station = await makeStation(t);
  const conditions = Array.from({ length: 12 }, (_, number) => `SeriesNumber == ${number}`).join(' OR ');
  for (const at of [0, 3, 11]) {
    const statement = `SELECT series WHERE ${conditions.replace(`SeriesNumber == ${at}`, `SeriesNumbr == ${at}`)}`;
    const { stderr } = await station.dts(['select', '--statement', statement, '/no/such/folder']);
    const [, shown = '', caret = ''] = stderr.split('\n');
    assert.ok(shown.length <= 80, shown);
    assert.ok(shown.slice(caret.indexOf('^')).startsWith('SeriesNumbr'), stderr);
  }
});
