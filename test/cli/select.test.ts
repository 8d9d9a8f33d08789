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
