import assert from 'node:assert/strict';
import { readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { deflateRawSync } from 'node:zlib';
import { parseFileMeta } from '../../../src/dicom/file-meta.ts';
import {
  CANNOT_UNDERSTAND, DATA_SET_MISMATCH, OUT_OF_RESOURCES, PROCESSING_FAILURE, SUCCESS,
} from '../../../src/dicom/status.ts';
import { parseMarkName } from '../../../src/spool/mark-name.ts';
import { element } from '../../dicom/encode.ts';
import {
  ABORT, associateRequest, CT_IMAGE_STORAGE, dataPdus, pdu, pdv, RawScu, storeCommand,
} from '../../rig/raw-scu.ts';
import { filesBelow, startReceiver, type RunningReceiver } from '../../rig/receiver.ts';
import { onSmallDisk } from '../../rig/small-disk.ts';
import { dataset, INSTANCE, SERIES, STUDY } from '../dataset.ts';

const DEFLATED = '1.2.840.10008.1.2.1.99';

/** Nothing in the archive, in temp or marked. */
async function assertNothingKept({ layout }: RunningReceiver): Promise<void> {
  assert.deepEqual(await filesBelow(join(layout.archive, '..')), []);
}

test('stores the dataset as it came behind a new file meta, and marks study and series', async (t) => {
  const receiver = await startReceiver(t);
  const scu = await RawScu.associate(receiver.port, { callingAETitle: 'CT ROOM 1', calledAETitle: 'A/B' });
  const sent = dataset({ pixels: Buffer.alloc(1_000_000, 'p') });
  assert.equal((await scu.store(INSTANCE, sent)).Status, SUCCESS);

  const stored = await readFile(receiver.layout.archivedInstance(STUDY, INSTANCE));
  const meta = parseFileMeta(stored);
  assert.ok(!('notDicom' in meta));
  assert.ok(stored.subarray(meta.datasetOffset).equals(sent));
  assert.equal(meta.MediaStorageSOPClassUID, CT_IMAGE_STORAGE);
  assert.equal(meta.MediaStorageSOPInstanceUID, INSTANCE);
  assert.equal(meta.TransferSyntaxUID, '1.2.840.10008.1.2.1');
  assert.equal(meta.SourceApplicationEntityTitle, 'CT ROOM 1');

  const origin = { callingAETitle: 'CT ROOM 1', calledAETitle: 'A/B', address: '127.0.0.1', StudyInstanceUID: STUDY };
  assert.deepEqual((await filesBelow(receiver.layout.arrived)).map(parseMarkName),
    [origin, { ...origin, SeriesInstanceUID: SERIES }]);
  assert.deepEqual(await filesBelow(receiver.layout.temp), []);
});

test('has everything on disk before it answers', async (t) => {
  const receiver = await startReceiver(t);
  const scu = await RawScu.associate(receiver.port);
  for (let number = 1; number <= 20; number += 1) {
    const SOPInstanceUID = `1.2.3.1.${number}`;
    await scu.store(SOPInstanceUID, dataset({ SOPInstanceUID, StudyInstanceUID: `1.2.${number}` }));
    await stat(receiver.layout.archivedInstance(`1.2.${number}`, SOPInstanceUID));
    await stat(receiver.layout.mark(`RAW DTS 127.0.0.1 scp_1.2.${number}`));
    await stat(receiver.layout.mark(`RAW DTS 127.0.0.1 scp_1.2.${number} ${SERIES}`));
  }
});

test('answers a resent instance with Success, keeps the first file and marks the study anew', async (t) => {
  const receiver = await startReceiver(t);
  const scu = await RawScu.associate(receiver.port);
  await scu.store(INSTANCE, dataset());
  const path = receiver.layout.archivedInstance(STUDY, INSTANCE);
  const { ino } = await stat(path);
  const mark = receiver.layout.mark(`RAW DTS 127.0.0.1 scp_${STUDY}`);
  await rm(mark);
  await utimes(`${mark} ${SERIES}`, 1, 1);

  assert.equal((await scu.store(INSTANCE, dataset())).Status, SUCCESS);
  assert.equal((await stat(path)).ino, ino);
  assert.equal((await filesBelow(receiver.layout.archive)).length, 1);
  await stat(mark);
  assert.ok((await stat(`${mark} ${SERIES}`)).mtimeMs > 1000);
  assert.deepEqual(await filesBelow(receiver.layout.temp), []);
});

test('keeps another dataset of the same instance beside the first, and says so', async (t) => {
  const receiver = await startReceiver(t);
  const scu = await RawScu.associate(receiver.port);
  await scu.store(INSTANCE, dataset({ pixels: Buffer.from('first!') }));
  assert.equal((await scu.store(INSTANCE, dataset({ pixels: Buffer.from('second') }))).Status, SUCCESS);
  const [event] = await receiver.happened('instance-differs');
  const file = receiver.layout.archivedInstance(STUDY, INSTANCE, 1);
  assert.deepEqual(event, { event: 'instance-differs', StudyInstanceUID: STUDY, SOPInstanceUID: INSTANCE, file });
  assert.ok((await readFile(file)).includes('second'));
  assert.ok((await readFile(receiver.layout.archivedInstance(STUDY, INSTANCE))).includes('first!'));
});

test('keeps each dataset once when many associations send the same instances at the same time', async (t) => {
  const receiver = await startReceiver(t);
  const scus = await Promise.all(Array.from({ length: 8 }, () => RawScu.associate(receiver.port)));
  const variants = [Buffer.from('one '), Buffer.from('two ')];
  for (let number = 1; number <= 5; number += 1) {
    const SOPInstanceUID = `1.2.3.1.${number}`;
    const answers = await Promise.all(scus.map((scu, index) =>
      scu.store(SOPInstanceUID, dataset({ SOPInstanceUID, pixels: variants[index % 2] ?? Buffer.alloc(0) }))));
    assert.deepEqual(answers.map(({ Status }) => Status), scus.map(() => SUCCESS));
  }
  assert.equal((await filesBelow(receiver.layout.archive)).length, 10);
  assert.deepEqual(await filesBelow(receiver.layout.temp), []);
  assert.equal((await receiver.happened('instance-differs', 5)).length, 5);
});

interface Refusal {
  readonly bytes: Buffer;
  readonly status: number;
  readonly comment: RegExp;
}

const REFUSED: Readonly<Record<string, Refusal>> = {
  'another SOP Class than its request': {
    bytes: dataset({ SOPClassUID: '1.2.840.10008.5.1.4.1.1.4' }), status: DATA_SET_MISMATCH, comment: /SOPClassUID/,
  },
  'another SOP Instance than its request': {
    bytes: dataset({ SOPInstanceUID: '1.2' }), status: DATA_SET_MISMATCH, comment: /SOPInstanceUID/,
  },
  'no StudyInstanceUID': {
    bytes: dataset({ StudyInstanceUID: '' }), status: CANNOT_UNDERSTAND, comment: /StudyInstanceUID is missing/,
  },
  'no SeriesInstanceUID': {
    bytes: dataset({ SeriesInstanceUID: '' }), status: CANNOT_UNDERSTAND, comment: /SeriesInstanceUID is missing/,
  },
  'a StudyInstanceUID that leads elsewhere': {
    bytes: dataset({ StudyInstanceUID: '../../x' }), status: CANNOT_UNDERSTAND, comment: /StudyInstanceUID is not/,
  },
  'a SeriesInstanceUID of dots': {
    bytes: dataset({ SeriesInstanceUID: '..' }), status: CANNOT_UNDERSTAND, comment: /SeriesInstanceUID is not/,
  },
  'group 0002': {
    bytes: Buffer.concat([element(0x00020010, 'UI', '1.2.840.10008.1.2'), dataset()]),
    status: CANNOT_UNDERSTAND, comment: /group 0002/,
  },
  'nothing': { bytes: Buffer.alloc(0), status: CANNOT_UNDERSTAND, comment: /./ },
  'garbage': { bytes: Buffer.alloc(100_000, 0xff), status: CANNOT_UNDERSTAND, comment: /./ },
  'half an element': { bytes: dataset().subarray(0, 60), status: CANNOT_UNDERSTAND, comment: /./ },
};

for (const [what, { bytes, status, comment }] of Object.entries(REFUSED)) {
  test(`refuses a dataset of ${what}, says why, and takes the next`, async (t) => {
    const receiver = await startReceiver(t);
    const scu = await RawScu.associate(receiver.port);
    const answer = await scu.store(INSTANCE, bytes);
    assert.equal(answer.Status, status);
    assert.match(answer.ErrorComment ?? '', comment);
    await assertNothingKept(receiver);
    const [event] = await receiver.happened('instance-refused');
    assert.equal(event?.status, status);
    assert.equal(event?.SOPInstanceUID, INSTANCE);
    assert.match(event?.text ?? '', comment);
    assert.equal((await scu.store(INSTANCE, dataset())).Status, SUCCESS);
  });
}

test('refuses an instance whose request names no UID', async (t) => {
  const receiver = await startReceiver(t);
  const scu = await RawScu.associate(receiver.port);
  const answer = await scu.store('', dataset(), { AffectedSOPInstanceUID: undefined });
  assert.equal(answer.Status, DATA_SET_MISMATCH);
  await assertNothingKept(receiver);
});

test('refuses an object longer than the limit, keeps nothing of it, and takes the next', async (t) => {
  const receiver = await startReceiver(t, { limits: { objectBytes: 1_000_000 } });
  const scu = await RawScu.associate(receiver.port);
  const answer = await scu.store(INSTANCE, dataset({ pixels: Buffer.alloc(5_000_000) }));
  assert.equal(answer.Status, CANNOT_UNDERSTAND);
  assert.match(answer.ErrorComment ?? '', /longer than 1000000 bytes/);
  await assertNothingKept(receiver);
  assert.equal((await scu.store(INSTANCE, dataset())).Status, SUCCESS);
});

test('reads the UIDs of a deflated dataset and stores it deflated', async (t) => {
  const receiver = await startReceiver(t);
  const scu = await RawScu.associate(receiver.port, { contexts: [{ id: 1, transferSyntaxes: [DEFLATED] }] });
  const deflated = deflateRawSync(dataset({ pixels: Buffer.alloc(1_000_000) }));
  const sent = deflated.length % 2 === 0 ? deflated : Buffer.concat([deflated, Buffer.alloc(1)]);
  assert.equal((await scu.store(INSTANCE, sent)).Status, SUCCESS);
  assert.ok((await readFile(receiver.layout.archivedInstance(STUDY, INSTANCE))).subarray(-sent.length).equals(sent));
});

test('refuses associations for now where space is short, and tells the log once', async (t) => {
  const receiver = await startReceiver(t, { limits: { minFreePercent: 100 } });
  for (let count = 0; count < 3; count += 1) {
    const scu = await RawScu.connect(receiver.port);
    scu.send(associateRequest());
    const answer = await scu.next();
    assert.deepEqual(answer.kind === 'pdu' && [...answer.bytes.subarray(-3)], [2, 3, 2]);
  }
  const [rejected] = await receiver.happened('association-rejected', 3);
  assert.equal(rejected?.text, 'less space is free than the limits want');
  assert.equal(receiver.events.filter(({ event }) => event === 'disk-short').length, 1);
});

test('answers 0xA700 when the disk fills up within an object, and takes a smaller one', async (t) => {
  await onSmallDisk(t, 4, async (datadir) => {
    const receiver = await startReceiver(t, { datadir });
    const scu = await RawScu.associate(receiver.port);
    const answer = await scu.store(INSTANCE, dataset({ pixels: Buffer.alloc(20_000_000) }));
    assert.equal(answer.Status, OUT_OF_RESOURCES);
    await assertNothingKept(receiver);
    assert.equal((await scu.store(INSTANCE, dataset({ pixels: Buffer.alloc(1_000_000) }))).Status, SUCCESS);
    await receiver.stop();
  });
});

test('answers 0xA700 before an object takes the room that the limits keep free', async (t) => {
  await onSmallDisk(t, 64, async (datadir) => {
    const receiver = await startReceiver(t, { datadir, limits: { minFreeBytes: 50 * 1024 ** 2 } });
    const scu = await RawScu.associate(receiver.port);
    await writeFile(join(datadir, 'others'), Buffer.alloc(20 * 1024 ** 2));
    // Room is looked at once a second, so some more may be taken.
    let answer = await scu.store(INSTANCE, dataset());
    while (answer.Status === SUCCESS) answer = await scu.store(INSTANCE, dataset());
    assert.equal(answer.Status, OUT_OF_RESOURCES);
    assert.deepEqual(await filesBelow(receiver.layout.temp), []);
    assert.equal((await receiver.happened('disk-short')).length, 1);
    await receiver.stop();
  });
});

test('answers a failure when the archive cannot be written, and leaves no file', async (t) => {
  const receiver = await startReceiver(t);
  const scu = await RawScu.associate(receiver.port);
  await writeFile(receiver.layout.archivedStudy(STUDY), 'in the way');
  const answer = await scu.store(INSTANCE, dataset());
  assert.equal(answer.Status, PROCESSING_FAILURE);
  assert.match(answer.ErrorComment ?? '', /EEXIST|ENOTDIR/);
  assert.deepEqual(await filesBelow(receiver.layout.temp), []);
  await rm(receiver.layout.archivedStudy(STUDY));
  assert.equal((await scu.store(INSTANCE, dataset())).Status, SUCCESS);
});

test('an object cut off by an abort leaves no file and no mark', async (t) => {
  const receiver = await startReceiver(t);
  const scu = await RawScu.associate(receiver.port);
  const bytes = dataset({ pixels: Buffer.alloc(3_000_000) });
  scu.send(dataPdus(1, storeCommand(INSTANCE), true), pdu(0x04, pdv(1, 0, bytes.subarray(0, 100_000))));
  for (let at = 100_000; at < 2_000_000; at += 100_000) {
    scu.send(pdu(0x04, pdv(1, 0, bytes.subarray(at, at + 100_000))));
  }
  scu.send(ABORT);
  const [event] = await receiver.happened('association-ended');
  assert.deepEqual([event?.how, event?.instances, event?.bytes], ['aborted', 0, 2_000_000]);
  await assertNothingKept(receiver);
});
