// Datasets made to harm: that grow when they are read, never end, lie about lengths, or stop in the middle. Whatever
// the receiver keeps of them is whole, and the scan can describe it.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { constants, deflateRawSync } from 'node:zlib';
import { readFileMeta } from '../../src/dicom/file-meta.ts';
import { readHeader } from '../../src/dicom/header.ts';
import { CANNOT_UNDERSTAND, SUCCESS } from '../../src/dicom/status.ts';
import type { SeriesDescription } from '../../src/flow/arrival/series-description.ts';
import { findJson } from '../../src/spool/read.ts';
import { element, head, item, itemEnd, sequenceEnd, UNDEFINED_LENGTH } from '../dicom/encode.ts';
import { makeFlowStation } from '../flow/flow-station.ts';
import { dataPdus, pdu, pdv, RawScu, storeCommand } from '../rig/raw-scu.ts';
import { filesBelow, startReceiver } from '../rig/receiver.ts';
import {
  BIG_ENDIAN, DEFLATED, encodeDataset, EXPLICIT, IMPLICIT, SERIES, STUDY, type Values,
} from './datasets.ts';
import { Victim } from './victim.ts';

const MEBIBYTE = 1024 * 1024;
const INSTANCE = `${SERIES}.1`;

function contextsOf(TransferSyntaxUID: string) {
  return { contexts: [{ id: 1, transferSyntaxes: [TransferSyntaxUID] }] };
}

/** Something that is said over and over again, in PDUs of its own. */
interface Flood {
  readonly TransferSyntaxUID?: string;
  readonly begin: Buffer;
  readonly again: Buffer;
  readonly times: number;
}

const level = Buffer.concat([head(0x00081140, 'SQ', UNDEFINED_LENGTH), item(UNDEFINED_LENGTH)]);
const inside = element(0x00080060, 'CS', 'XX');
const syncFlush = { finishFlush: constants.Z_SYNC_FLUSH };
const NOTHING = Buffer.alloc(0);
/** Ends between two elements. */
const front = encodeDataset().subarray(0, encodeDataset().indexOf(element(0x00080060, 'CS', 'CT')));
const repeat = (bytes: Buffer, times: number) => Buffer.concat(Array<Buffer>(times).fill(bytes));

/** All of them are refused once they are complete; none of them may be held in memory meanwhile. */
const FLOODS: Readonly<Record<string, Flood>> = {
  'a deflate bomb of two gigabytes': {
    TransferSyntaxUID: DEFLATED,
    begin: deflateRawSync(head(0x00091001, 'OB', 0xfffffff0), syncFlush),
    again: deflateRawSync(Buffer.alloc(16 * MEBIBYTE), syncFlush),
    times: 125,
  },
  'a deflate stream that inflates to nothing': {
    TransferSyntaxUID: DEFLATED, begin: NOTHING, again: repeat(Buffer.from('000000ffff', 'hex'), 20_000), times: 400,
  },
  'sequences nested ten thousand deep': { begin: NOTHING, again: repeat(level, 1000), times: 10 },
  'a sequence of undefined length without end': {
    begin: head(0x00081140, 'SQ', UNDEFINED_LENGTH),
    again: repeat(item(inside.length, inside), 4000), times: 300,
  },
  'fragments without end before the pixel data': {
    begin: head(0x00091010, 'OB', UNDEFINED_LENGTH), again: item(90_000, Buffer.alloc(90_000)), times: 400,
  },
  'a million elements': {
    begin: NOTHING, times: 100,
    again: Buffer.concat(Array.from({ length: 10_000 }, (_, index) => element(0x00090000 + index, 'LO', 'x '))),
  },
  'an element that comes a million times': { begin: front, again: repeat(inside, 5000), times: 200 },
  'an element of four gigabytes that never come': {
    begin: head(0x00091001, 'OB', 0xfffffffe), again: Buffer.alloc(100_000), times: 400,
  },
  'megabytes of private elements with any VR': {
    begin: front, again: Buffer.concat(Array.from({ length: 100 }, (_, index) =>
      element(0x00110000 + 256 * index, ['ZZ', 'UN', 'LT'][index % 3] ?? 'UN', Buffer.alloc(1000)))), times: 400,
  },
};

test('a dataset that grows without end is refused, and takes neither memory nor the time of others', async (t) => {
  const victim = await Victim.start(t, { idleSeconds: 30 });
  for (const [what, { TransferSyntaxUID = EXPLICIT, begin, again, times }] of Object.entries(FLOODS)) {
    const scu = await RawScu.associate(victim.port, contextsOf(TransferSyntaxUID));
    scu.send(dataPdus(1, storeCommand(INSTANCE), true), pdu(4, pdv(1, 0, begin)));
    for (let count = 0; count < times; count += 1) scu.send(dataOf(again));
    await victim.assertServes();
    scu.send(pdu(4, pdv(1, 0b10, Buffer.alloc(0))));
    const answer = await scu.next();
    assert.equal(answer.kind === 'command' && answer.command.Status, CANNOT_UNDERSTAND, what);
    await scu.release();
  }
  await victim.assertWell();
});

/** Fragments that the dataset goes on after. */
function dataOf(bytes: Buffer): Buffer {
  const pdus: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += 60_000) pdus.push(pdu(4, pdv(1, 0, bytes.subarray(at, at + 60_000))));
  return Buffer.concat(pdus);
}

/** Stores a dataset as it is, also one of odd length, to which a sender adds a byte. @returns the status */
async function storeExactly(scu: RawScu, SOPInstanceUID: string, dataset: Buffer): Promise<number | undefined> {
  scu.send(dataPdus(1, storeCommand(SOPInstanceUID), true), pdu(4, pdv(1, 0b10, dataset)));
  const answer = await scu.next();
  assert.ok(answer.kind === 'command');
  return answer.command.Status;
}

/** A station that receives, and what its scan makes of it. */
async function makeReceivingStation(t: Parameters<typeof makeFlowStation>[0]) {
  const station = await makeFlowStation(t);
  const receiver = await startReceiver(t, { datadir: station.layout.datadir });
  return { station, receiver, archive: station.layout.archive };
}

test('an odd dataset is kept as it came and described, or refused', async (t) => {
  const { station, receiver, archive } = await makeReceivingStation(t);
  const TAKEN: Readonly<Record<string, [Values | Buffer, TransferSyntaxUID?: string]>> = {
    'a private element without its creator': [{ middle: element(0x00191001, 'UN', 'no') }],
    'a private creator of a private creator': [{ middle: element(0x00110010, 'LO', '\x1b[2J'.repeat(100)) }],
    'a private group of odd elements': [
      { middle: Buffer.concat([element(0x00110001, 'UN', 'x '), element(0x0011ffff, 'OB', 'x ')]) },
    ],
    'a stray delimitation': [{ middle: Buffer.concat([itemEnd(), sequenceEnd()]) }],
    'elements in the order of no dictionary': [
      { middle: Buffer.concat([element(0x00280010, 'US', 'ab'), element(0x00080005, 'CS', 'ISO_IR 100')]) },
    ],
    'a second PatientID': [{ middle: element(0x00100020, 'LO', 'P2') }],
    'a value of odd length': [{ middle: element(0x00104000, 'LT', Buffer.from('odd')) }],
    'group 0200 in front, which is group 0002 in other byte order': [
      Buffer.concat([element(0x02001000, 'UI', Buffer.alloc(20, '1'), 'big endian'), encodeDataset({}, BIG_ENDIAN)]),
      BIG_ENDIAN,
    ],
    'pixel data shorter than they claim': [encodeDataset().subarray(0, -2)],
  };
  const kept = new Map<string, Buffer>();
  for (const [index, [what, [dataset, TransferSyntaxUID = EXPLICIT]]] of Object.entries(TAKEN).entries()) {
    const SOPInstanceUID = `${SERIES}.${100 + index}`;
    const bytes = Buffer.isBuffer(dataset) ? dataset : encodeDataset({ ...dataset, SOPInstanceUID });
    const own = Buffer.isBuffer(dataset) ? INSTANCE : SOPInstanceUID;
    const StudyFolder = join(archive, `scp_${STUDY}`);
    const scu = await RawScu.associate(receiver.port, contextsOf(TransferSyntaxUID));
    const before = new Set(await filesBelow(archive));
    assert.equal(await storeExactly(scu, own, bytes), SUCCESS, what);
    await scu.release();
    const [added = ''] = (await filesBelow(archive)).filter((file) => !before.has(file));
    assert.ok(join(archive, added).startsWith(StudyFolder), what);
    await assertHolds(join(archive, added), bytes, TransferSyntaxUID);
    kept.set(own, bytes);
  }
  await receiver.stop();
  const { finished, setAside, bugs } = await station.scan();
  assert.deepEqual([finished > 0, setAside, bugs], [true, 0, 0]);
  const described = await findJson<SeriesDescription>(station.layout.seriesDescription(STUDY, SERIES));
  assert.equal(described?.NumFiles, kept.size);
  assert.equal(described?.PatientID, 'P1');
});

/** The file holds these bytes behind its file meta, and is read as what it was sent as. */
async function assertHolds(file: string, dataset: Buffer, TransferSyntaxUID: string): Promise<void> {
  const meta = await readFileMeta(file);
  assert.ok(!('notDicom' in meta), file);
  assert.equal(meta.TransferSyntaxUID, TransferSyntaxUID);
  assert.ok((await readFile(file)).subarray(meta.datasetOffset).equals(dataset), file);
  const header = await readHeader(file);
  assert.ok(!('notDicom' in header), file);
}

for (const [name, syntax] of Object.entries({ EXPLICIT, IMPLICIT, BIG_ENDIAN, DEFLATED })) {
  test(`a dataset in ${name} cut off at any byte is refused, or kept whole and described`, async (t) => {
    const { station, receiver, archive } = await makeReceivingStation(t);
    const whole = encodeDataset({ SOPInstanceUID: INSTANCE }, syntax);
    const scu = await RawScu.associate(receiver.port, contextsOf(syntax));
    let stored = 0;
    for (let length = 0; length <= whole.length; length += 1) {
      const before = (await filesBelow(archive)).length;
      const status = await storeExactly(scu, INSTANCE, whole.subarray(0, length));
      const files = await filesBelow(archive);
      if (status === SUCCESS) {
        assert.equal(files.length, before + 1, `${length} bytes`);
        stored += 1;
      } else {
        assert.equal(status, CANNOT_UNDERSTAND, `${length} bytes`);
        assert.equal(files.length, before, `${length} bytes were refused and kept`);
      }
    }
    await scu.release();
    assert.ok(stored >= 1 && stored < 60, `${stored} of ${whole.length} were stored`);
    for (const file of await filesBelow(archive)) {
      assert.ok(!('notDicom' in await readHeader(join(archive, file))), file);
    }
    await receiver.stop();
    assert.deepEqual(await filesBelow(receiver.layout.temp), []);
  const { finished, setAside, bugs } = await station.scan();
    assert.deepEqual([finished > 0, setAside, bugs], [true, 0, 0]);
    const described = await findJson<SeriesDescription>(station.layout.seriesDescription(STUDY, SERIES));
    assert.deepEqual([described?.NumFiles, described?.PatientID, described?.PatientName], [1, 'P1', 'Doe^Jane']);
  });
}
