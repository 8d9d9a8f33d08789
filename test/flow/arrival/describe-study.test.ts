import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, readlink, realpath, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { describeStudy, type Classify } from '../../../src/flow/arrival/describe-study.ts';
import { readStudy } from '../../../src/flow/arrival/read-study.ts';
import type { SeriesDescription, StudyDescription } from '../../../src/flow/arrival/series-description.ts';
import { findJson } from '../../../src/spool/read.ts';
import { FlowStation, makeFlowStation, SERIES, STUDY } from '../flow-station.ts';

const OTHER_SERIES = '1.2.3.2';
const NO_CLASSES: ReadonlyMap<string, readonly string[]> = new Map();

async function describe(
  station: FlowStation, { StudyInstanceUID = STUDY, classes = NO_CLASSES, participants = true } = {},
): Promise<StudyDescription | undefined> {
  const { layout } = station;
  const classify: Classify = async ({ SeriesInstanceUID }) => classes.get(SeriesInstanceUID) ?? [];
  await describeStudy(layout, await readStudy(layout, StudyInstanceUID), classify, participants);
  return findJson<StudyDescription>(layout.studyDescription(StudyInstanceUID));
}

const seriesOf = (station: FlowStation, SeriesInstanceUID: string): Promise<SeriesDescription | undefined> =>
  findJson(station.layout.seriesDescription(STUDY, SeriesInstanceUID));

async function twoSeries(t: TestContext): Promise<FlowStation> {
  const station = await makeFlowStation(t);
  await station.archive({ SOPInstanceUID: '1.2.3.1.2', InstanceNumber: 2, SeriesDescription: 'second' });
  await station.archive({ SOPInstanceUID: '1.2.3.1.1', InstanceNumber: 1 });
  await station.archive({
    SOPInstanceUID: '1.2.3.2.1', SeriesInstanceUID: OTHER_SERIES, SeriesNumber: 2, Modality: 'MR',
  });
  return station;
}

test('a study is described with its series in order, each by its first instance', async (t) => {
  const station = await twoSeries(t);
  const study = await describe(station, { classes: new Map([[SERIES, ['axial', 'T1']]]) });
  assert.deepEqual(study, {
    StudyInstanceUID: STUDY, PatientID: 'P1', PatientName: 'Doe^Jane', AccessionNumber: 'A1', StudyDate: '20261120',
    StudyTime: '081530', StudyDescription: '', ReferringPhysician: '', NumFiles: 3, series: [SERIES, OTHER_SERIES],
  });
  const first = await seriesOf(station, SERIES);
  assert.deepEqual([first?.NumFiles, first?.SeriesDescription, first?.FirstSOPInstanceUID, first?.ClassifyTypes],
    [2, 'Thorax', '1.2.3.1.1', ['axial', 'T1']]);
  assert.equal((await seriesOf(station, OTHER_SERIES))?.Modality, 'MR');
});

test('every instance is linked below its series, relative, to the archived file', async (t) => {
  const station = await twoSeries(t);
  await describe(station);
  const folder = station.layout.rawSeries(STUDY, SERIES);
  assert.deepEqual(await readdir(folder), ['1.2.3.1.1', '1.2.3.1.2']);
  assert.equal(await readlink(join(folder, '1.2.3.1.1')), '../../../archive/scp_1.2.3/1.2.3.1.1.dcm');
  assert.equal(await realpath(join(folder, '1.2.3.1.1')), station.layout.archivedInstance(STUDY, '1.2.3.1.1'));
});

test('a second look changes nothing, one over a grown study completes it', async (t) => {
  const station = await twoSeries(t);
  await describe(station);
  const link = join(station.layout.rawSeries(STUDY, SERIES), '1.2.3.1.1');
  const { ino } = await stat(link, { bigint: true });
  const before = await readFile(station.layout.studyDescription(STUDY), 'utf8');
  await describe(station);
  assert.equal((await stat(link, { bigint: true })).ino, ino);
  assert.equal(await readFile(station.layout.studyDescription(STUDY), 'utf8'), before);
  await station.archive({ SOPInstanceUID: '1.2.3.1.3' });
  assert.equal((await describe(station))?.NumFiles, 4);
});

test('of two datasets of an instance the later stands for it', async (t) => {
  const station = await twoSeries(t);
  for (const version of [...Array(11).keys()]) {
    await station.archive({ SOPInstanceUID: '1.2.3.1.1', SeriesDescription: `version ${version + 1}` }, version + 1);
  }
  const study = await describe(station);
  assert.equal(study?.NumFiles, 3);
  assert.equal((await seriesOf(station, SERIES))?.SeriesDescription, 'version 11');
  assert.match(await readlink(join(station.layout.rawSeries(STUDY, SERIES), '1.2.3.1.1')), /1\.2\.3\.1\.1\.11\.dcm$/);
});

test('an instance that comes again in another series leaves the one it was in', async (t) => {
  const station = await twoSeries(t);
  await describe(station);
  await station.archive({ SOPInstanceUID: '1.2.3.1.1', SeriesInstanceUID: OTHER_SERIES, SeriesNumber: 2 }, 1);
  await describe(station);
  assert.deepEqual(await readdir(station.layout.rawSeries(STUDY, SERIES)), ['1.2.3.1.2']);
  assert.deepEqual(await readdir(station.layout.rawSeries(STUDY, OTHER_SERIES)), ['1.2.3.1.1', '1.2.3.2.1']);
});

test('what cannot be read is told and does not hide the rest', async (t) => {
  const station = await twoSeries(t);
  const archive = station.layout.archivedStudy(STUDY);
  await writeFile(join(archive, 'notes.txt'), 'hello');
  await station.archive({ SOPInstanceUID: '1.2.3.1.9', SeriesInstanceUID: '../../x' });
  const study = await readStudy(station.layout, STUDY);
  assert.deepEqual(study.unreadable.map(({ file }) => file).sort(),
    [join(archive, '1.2.3.1.9.dcm'), join(archive, 'notes.txt')]);
  assert.equal((await describe(station))?.NumFiles, 3);
});

test('a study of which nothing is archived gets no description', async (t) => {
  const station = await makeFlowStation(t);
  assert.equal(await describe(station), undefined);
});

test('the participant links to the study under its date and time, and a namesake gets a number', async (t) => {
  const station = await twoSeries(t);
  const folder = station.layout.participant('P1');
  await describe(station);
  await station.archive({ StudyInstanceUID: '1.2.4', SOPInstanceUID: '1.2.4.1.1', SeriesInstanceUID: '1.2.4.1' });
  await station.archive({ StudyInstanceUID: '1.2.5', SOPInstanceUID: '1.2.5.1.1', SeriesInstanceUID: '1.2.5.1' });
  for (const StudyInstanceUID of ['1.2.4', '1.2.5', '1.2.4', STUDY]) await describe(station, { StudyInstanceUID });
  assert.deepEqual(await readdir(folder), ['20261120_081530', '20261120_081530_2', '20261120_081530_3']);
  assert.equal(await readlink(join(folder, '20261120_081530')), `../../raw/${STUDY}`);
  assert.equal(await readlink(join(folder, '20261120_081530_3')), '../../raw/1.2.5');
});

test('what a person put in the place of a participant\'s link stays', async (t) => {
  const station = await twoSeries(t);
  const folder = station.layout.participant('P1');
  await mkdir(join(folder, '20261120_081530'), { recursive: true });
  await symlink('elsewhere', join(folder, '20261120_081530_2'));
  await describe(station);
  assert.equal(await readlink(join(folder, '20261120_081530_3')), `../../raw/${STUDY}`);
  assert.equal(await readlink(join(folder, '20261120_081530_2')), 'elsewhere');
});

test('participants are kept only where they are wanted', async (t) => {
  const station = await twoSeries(t);
  await describe(station, { participants: false });
  await assert.rejects(stat(station.layout.participants), { code: 'ENOENT' });
});

for (const [what, PatientID] of Object.entries({
  'leads out': '../../../etc', 'is dots': '..', 'is nothing': '', 'is very long': 'x'.repeat(64), 'is emoji': '😀',
  'has a slash': 'a/b',
})) {
  test(`a PatientID that ${what} makes one folder in participants/`, async (t) => {
    const station = await makeFlowStation(t);
    await station.archive({ PatientID, StudyDate: '', StudyTime: null });
    await describe(station);
    const [name = '', ...others] = await readdir(station.layout.participants);
    assert.deepEqual(others, []);
    assert.deepEqual(await readdir(join(station.layout.participants, name)), ['_']);
    assert.equal(await readlink(join(station.layout.participants, name, '_')), `../../raw/${STUDY}`);
    const site = await readdir(join(station.layout.participants, '..'));
    assert.deepEqual(site.sort(), ['archive', 'participants', 'raw']);
  });
}
