// Instances that come more than once, from one sender or several, one after the other or at the same time.

import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { parseMarkName } from '../../../src/spool/mark-name.ts';
import { RawScu } from '../../rig/raw-scu.ts';
import { filesBelow, startReceiver } from '../../rig/receiver.ts';
import { encodeInstance, type InstanceParts } from '../encoded-instance.ts';
import { makeReceivingStation, scanAll, seriesDescriptionOf, studyDescriptionOf } from '../receiving-station.ts';

const INSTANCE = '1.2.3.1.1';
const EXPLICIT_VR_LITTLE_ENDIAN = '1.2.840.10008.1.2.1';
const JPEG_BASELINE = '1.2.840.10008.1.2.4.50';
const JPEG_EXTENDED = '1.2.840.10008.1.2.4.51';

/** Stores on an association of its own, which must succeed. */
async function storeFrom(callingAETitle: string, port: number, parts: InstanceParts = {}): Promise<void> {
  const { TransferSyntaxUID = EXPLICIT_VR_LITTLE_ENDIAN, SOPInstanceUID = INSTANCE } = parts;
  const contexts = [{ id: 1, transferSyntaxes: [TransferSyntaxUID] }];
  const scu = await RawScu.associate(port, { callingAETitle, contexts });
  const answer = await scu.store(SOPInstanceUID, encodeInstance(parts));
  assert.equal(answer.Status, 0, answer.ErrorComment);
  await scu.release();
}

test('two senders of the same instances at once both get Success and a mark, and each is kept once', async (t) => {
  const { station, receiver } = await makeReceivingStation(t);
  const numbers = Array.from({ length: 20 }, (_, index) => index + 1);
  const senders = await Promise.all(['CT1', 'PACS'].map((callingAETitle) =>
    RawScu.associate(receiver.port, { callingAETitle })));
  for (const number of numbers) {
    const SOPInstanceUID = `1.2.3.1.${number}`;
    const dataset = encodeInstance({ SOPInstanceUID, pixels: Buffer.alloc(300_000, number) });
    const answers = await Promise.all(senders.map((scu) => scu.store(SOPInstanceUID, dataset)));
    assert.deepEqual(answers.map(({ Status }) => Status), [0, 0]);
  }
  await Promise.all(senders.map((scu) => scu.release()));
  assert.equal((await filesBelow(station.layout.archive)).length, numbers.length);
  assert.deepEqual(await filesBelow(station.layout.temp), []);
  const marks = (await readdir(station.layout.arrived)).map((name) => parseMarkName(name)?.callingAETitle);
  assert.deepEqual(marks.sort(), ['CT1', 'CT1', 'PACS', 'PACS']);
  await scanAll({ station });
  assert.equal((await studyDescriptionOf(station, '1.2.3')).NumFiles, numbers.length);
});

test('one SOPInstanceUID in two studies is an instance of each', async (t) => {
  const { station, receiver } = await makeReceivingStation(t);
  const studies = ['1.2.3', '1.2.4'];
  await Promise.all(studies.map((StudyInstanceUID) =>
    storeFrom('CT1', receiver.port, { StudyInstanceUID, SeriesDescription: `of ${StudyInstanceUID}` })));
  await scanAll({ station });
  for (const StudyInstanceUID of studies) {
    assert.deepEqual(await readdir(station.layout.archivedStudy(StudyInstanceUID)), [`${INSTANCE}.dcm`]);
    const series = await seriesDescriptionOf(station, StudyInstanceUID, `${StudyInstanceUID}.1`);
    assert.deepEqual([series.SeriesDescription, series.NumFiles], [`of ${StudyInstanceUID}`, 1]);
  }
  assert.deepEqual(station.eventsOf('instance-differs'), []);
});

test('an instance that comes again in another transfer syntax is another dataset, and stands for it', async (t) => {
  const { station, receiver } = await makeReceivingStation(t);
  await storeFrom('CT1', receiver.port, { SeriesDescription: 'first' });
  const implicit = { TransferSyntaxUID: '1.2.840.10008.1.2', SeriesDescription: 'second' };
  await storeFrom('CT1', receiver.port, implicit);
  await storeFrom('CT1', receiver.port, implicit);
  const files = await readdir(station.layout.archivedStudy('1.2.3'));
  assert.deepEqual(files.sort(), [`${INSTANCE}.1.dcm`, `${INSTANCE}.dcm`]);
  await scanAll({ station });
  assert.equal((await seriesDescriptionOf(station, '1.2.3', '1.2.3.1')).SeriesDescription, 'second');
});

test('the same bytes under another transfer syntax are not the same instance: what they mean differs', async (t) => {
  const receiver = await startReceiver(t);
  for (const TransferSyntaxUID of [JPEG_BASELINE, JPEG_EXTENDED, JPEG_BASELINE, JPEG_EXTENDED]) {
    await storeFrom('CT1', receiver.port, { TransferSyntaxUID });
  }
  const [first, second] = await Promise.all([0, 1].map((version) =>
    readFile(receiver.layout.archivedInstance('1.2.3', INSTANCE, version), 'latin1')));
  assert.ok(first?.includes(JPEG_BASELINE) && second?.includes(JPEG_EXTENDED));
  assert.equal((await filesBelow(receiver.layout.archive)).length, 2);
});

test('one study over five associations at once is one study', async (t) => {
  const { station, receiver } = await makeReceivingStation(t);
  await Promise.all([1, 2, 3, 4, 5].map(async (series) => {
    const scu = await RawScu.associate(receiver.port, { callingAETitle: 'CT1' });
    for (let number = 1; number <= 10; number += 1) {
      const [SeriesInstanceUID, SOPInstanceUID] = [`1.2.3.${series}`, `1.2.3.${series}.${number}`];
      const answer = await scu.store(SOPInstanceUID, encodeInstance({ SeriesInstanceUID, SOPInstanceUID }));
      assert.equal(answer.Status, 0);
    }
    await scu.release();
  }));
  assert.equal((await readdir(station.layout.arrived)).length, 6); // the study, and each of its series
  await scanAll({ station });
  const { NumFiles, series } = await studyDescriptionOf(station, '1.2.3');
  assert.deepEqual([NumFiles, series.length], [50, 5]);
});

test('five studies over one association, their instances in turn, are five studies', async (t) => {
  const { station, receiver } = await makeReceivingStation(t);
  const studies = [1, 2, 3, 4, 5].map((number) => `1.2.3.${number}`);
  const scu = await RawScu.associate(receiver.port);
  for (let number = 1; number <= 4; number += 1) {
    for (const StudyInstanceUID of studies) {
      const SOPInstanceUID = `${StudyInstanceUID}.1.${number}`;
      assert.equal((await scu.store(SOPInstanceUID, encodeInstance({ StudyInstanceUID, SOPInstanceUID }))).Status, 0);
    }
  }
  await scu.release();
  await scanAll({ station });
  for (const StudyInstanceUID of studies) {
    assert.equal((await studyDescriptionOf(station, StudyInstanceUID)).NumFiles, 4);
  }
});
