// Datasets as the field has them: legal and rare, or slightly wrong and yet clear. All are kept as they came, and
// described.

import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { CANNOT_UNDERSTAND, SUCCESS } from '../../../src/dicom/status.ts';
import { parseMarkName } from '../../../src/spool/mark-name.ts';
import { element, head, item, itemEnd, sequenceEnd, UNDEFINED_LENGTH } from '../../dicom/encode.ts';
import { dataPdus, pdu, pdv, RawScu, storeCommand } from '../../rig/raw-scu.ts';
import { filesBelow, startReceiver } from '../../rig/receiver.ts';
import { CT_IMAGE_STORAGE, encodeInstance, EXPLICIT_VR_LITTLE_ENDIAN } from '../encoded-instance.ts';
import { makeReceivingStation, scanAll, seriesDescriptionOf, studyDescriptionOf } from '../receiving-station.ts';

const INSTANCE = '1.2.3.1.1';
const IMPLICIT_VR_LITTLE_ENDIAN = '1.2.840.10008.1.2';
const EXPLICIT_VR_BIG_ENDIAN = '1.2.840.10008.1.2.2';
const DEFLATED = '1.2.840.10008.1.2.1.99';
const JPEG_BASELINE = '1.2.840.10008.1.2.4.50';
const LAST = 0b10;

const bare = encodeInstance({ pixels: null });
const pixels = element(0x7fe00010, 'OW', 'pixels');
const name = element(0x00100010, 'PN', 'Nested^Person');

/** Sequences of undefined length within one another, the innermost with the name of somebody else. */
const nested = Buffer.concat([
  head(0x00400275, 'SQ', UNDEFINED_LENGTH),
  item(UNDEFINED_LENGTH, Buffer.concat([
    head(0x00400008, 'SQ', UNDEFINED_LENGTH), item(UNDEFINED_LENGTH, name), itemEnd(), item(name.length, name),
    sequenceEnd(),
  ])),
  itemEnd(), sequenceEnd(),
]);

/** A value of unknown VR and undefined length is implicit VR little endian within (PS3.5 section 6.2.2). */
const unknown = Buffer.concat([
  head(0x00431029, 'UN', UNDEFINED_LENGTH),
  item(UNDEFINED_LENGTH, element(0x00100010, 'PN', 'Nested^Person', 'implicit')), itemEnd(), sequenceEnd(),
]);

const ODD: Readonly<Record<string, Buffer>> = {
  'no pixel data': bare,
  'empty pixel data': encodeInstance({ pixels: Buffer.alloc(0) }),
  'float pixel data': Buffer.concat([bare, element(0x7fe00008, 'OF', Buffer.alloc(16))]),
  'double float pixel data': Buffer.concat([bare, element(0x7fe00009, 'OD', Buffer.alloc(16))]),
  'group lengths, right and wrong': Buffer.concat([
    element(0x00080000, 'UL', Buffer.from([200, 0, 0, 0])), bare, element(0x7fe00000, 'UL', Buffer.alloc(4)), pixels,
  ]),
  'padding at the end': Buffer.concat([bare, pixels, element(0xfffcfffc, 'OB', Buffer.alloc(100))]),
  'a digital signature at the end': Buffer.concat([bare, pixels, element(0xfffafffa, 'SQ', item(name.length, name))]),
  'sequences within sequences': Buffer.concat([bare, nested, pixels]),
  'a private value of unknown VR and undefined length': Buffer.concat([bare, unknown, pixels]),
  'a private megabyte in front of the pixels': Buffer.concat([
    bare, element(0x00290010, 'LO', 'SIEMENS CSA HEADER'), element(0x00291010, 'OB', Buffer.alloc(1_000_000)), pixels,
  ]),
  'overlays': Buffer.concat([bare, element(0x60003000, 'OW', Buffer.alloc(1000)), pixels]),
  'elements out of order': Buffer.concat([element(0x00280011, 'US', Buffer.from([1, 2])), bare, pixels]),
  'elements without VRs, against its transfer syntax': encodeInstance({ TransferSyntaxUID: '1.2.840.10008.1.2' }),
  'an element twice': Buffer.concat([bare, element(0x00100010, 'PN', 'Second^Name'), pixels]),
  'pixel data of undefined length that is not compressed': Buffer.concat([
    bare, head(0x7fe00010, 'OB', UNDEFINED_LENGTH), item(0), item(6, Buffer.from('pixels')), sequenceEnd(),
  ]),
};

for (const [what, dataset] of Object.entries(ODD)) {
  test(`keeps and describes a dataset with ${what}`, async (t) => {
    const { station, receiver } = await makeReceivingStation(t);
    const scu = await RawScu.associate(receiver.port);
    const answer = await scu.store(INSTANCE, dataset);
    assert.equal(answer.Status, SUCCESS, answer.ErrorComment);
    await scu.release();
    const file = await readFile(station.layout.archivedInstance('1.2.3', INSTANCE));
    assert.ok(file.subarray(-dataset.length).equals(dataset));
    await scanAll({ station });
    const { PatientName, SeriesNumber } = await seriesDescriptionOf(station, '1.2.3', '1.2.3.1');
    assert.deepEqual([PatientName, SeriesNumber], ['Doe^Jane', '7']);
  });
}

for (const padding of [' ', '\0', '  ', '\0\0', ' \0']) {
  test(`takes UIDs padded with ${JSON.stringify(padding)} for those they are, in request and dataset`, async (t) => {
    const { station, receiver } = await makeReceivingStation(t);
    const scu = await RawScu.associate(receiver.port);
    const dataset = encodeInstance({
      SOPClassUID: CT_IMAGE_STORAGE + padding, StudyInstanceUID: `1.2.3${padding}`,
      SeriesInstanceUID: `1.2.3.1${padding}`, SOPInstanceUID: INSTANCE + padding,
    });
    const padded = await scu.store(INSTANCE + padding, dataset, { AffectedSOPClassUID: CT_IMAGE_STORAGE + padding });
    assert.equal(padded.Status, SUCCESS, padded.ErrorComment);
    assert.equal((await scu.store(INSTANCE, dataset)).Status, SUCCESS);
    await scu.release();
    assert.deepEqual(await filesBelow(station.layout.archive), [`scp_1.2.3/${INSTANCE}.dcm`]);
    await scanAll({ station });
    assert.deepEqual((await studyDescriptionOf(station, '1.2.3')).series, ['1.2.3.1']);
  });
}

test('refuses a dataset whose own UIDs are empty, whatever the request says', async (t) => {
  const receiver = await startReceiver(t);
  const scu = await RawScu.associate(receiver.port);
  for (const keyword of ['SOPClassUID', 'SOPInstanceUID', 'StudyInstanceUID', 'SeriesInstanceUID']) {
    const answer = await scu.store(INSTANCE, encodeInstance({ SeriesInstanceUID: '1.2.3.1', [keyword]: '' }));
    assert.deepEqual([answer.Status, answer.ErrorComment], [CANNOT_UNDERSTAND, `${keyword} is missing`]);
  }
  assert.deepEqual(await filesBelow(receiver.layout.archive), []);
});

test('refuses a dataset in another encoding than its context agreed, and takes it in the right one', async (t) => {
  const receiver = await startReceiver(t);
  const [implicit, explicit, bigEndian] =
    [IMPLICIT_VR_LITTLE_ENDIAN, EXPLICIT_VR_LITTLE_ENDIAN, EXPLICIT_VR_BIG_ENDIAN].map((TransferSyntaxUID) =>
      encodeInstance({ TransferSyntaxUID })) as [Buffer, Buffer, Buffer];
  const contexts = [
    { id: 1, transferSyntaxes: [IMPLICIT_VR_LITTLE_ENDIAN] }, { id: 3, transferSyntaxes: [EXPLICIT_VR_LITTLE_ENDIAN] },
    { id: 5, transferSyntaxes: [DEFLATED] },
  ];
  const scu = await RawScu.associate(receiver.port, { contexts });
  for (const [id, dataset, status] of [
    [1, explicit, CANNOT_UNDERSTAND], [3, bigEndian, CANNOT_UNDERSTAND], [5, explicit, CANNOT_UNDERSTAND],
    [1, implicit, SUCCESS],
  ] as const) {
    scu.send(dataPdus(id, storeCommand(INSTANCE), true), dataPdus(id, dataset, false));
    const answer = await scu.next();
    assert.equal(answer.kind === 'command' && answer.command.Status, status, `context ${id}`);
  }
  assert.deepEqual(await filesBelow(receiver.layout.archive), [`scp_1.2.3/${INSTANCE}.dcm`]);
});

test('each instance of an association is kept in the transfer syntax of its own context', async (t) => {
  const receiver = await startReceiver(t);
  const syntaxes = [IMPLICIT_VR_LITTLE_ENDIAN, EXPLICIT_VR_LITTLE_ENDIAN, DEFLATED, JPEG_BASELINE];
  const contexts = syntaxes.map((syntax, index) => ({ id: 2 * index + 1, transferSyntaxes: [syntax] }));
  const scu = await RawScu.associate(receiver.port, { contexts });
  for (const { id, transferSyntaxes: [TransferSyntaxUID = ''] } of contexts.reverse()) {
    const SOPInstanceUID = `1.2.3.1.${id}`;
    const dataset = encodeInstance({ SOPInstanceUID, TransferSyntaxUID });
    scu.send(dataPdus(id, storeCommand(SOPInstanceUID), true), dataPdus(id, dataset, false));
    const answer = await scu.next();
    assert.equal(answer.kind === 'command' && answer.command.Status, SUCCESS);
    const file = await readFile(receiver.layout.archivedInstance('1.2.3', SOPInstanceUID));
    assert.ok(file.subarray(-dataset.length).equals(dataset));
    assert.ok(file.includes(element(0x00020010, 'UI', padUID(TransferSyntaxUID))));
  }
});

function padUID(UID: string): Buffer {
  return Buffer.from(UID.length % 2 === 0 ? UID : `${UID}\0`);
}

test('keeps a deflated dataset of odd length as it came', async (t) => {
  const receiver = await startReceiver(t);
  const scu = await RawScu.associate(receiver.port, { contexts: [{ id: 1, transferSyntaxes: [DEFLATED] }] });
  const even = encodeInstance({ TransferSyntaxUID: DEFLATED });
  for (const dataset of [even, Buffer.concat([even, Buffer.alloc(1)])]) {
    scu.send(dataPdus(1, storeCommand(INSTANCE), true), pdu(0x04, pdv(1, LAST, dataset)));
    const answer = await scu.next();
    assert.equal(answer.kind === 'command' && answer.command.Status, SUCCESS);
  }
  const [first, second] = await Promise.all([0, 1].map((version) =>
    readFile(receiver.layout.archivedInstance('1.2.3', INSTANCE, version))));
  assert.ok(first?.subarray(-even.length).equals(even));
  assert.equal((second?.length ?? 0) - (first?.length ?? 0), 1);
});

for (const callingAETitle of ['CT 1', 'a/b\\c', '..', '.ct', '%', 'CT\t1', 'KÖLN_MR', '', '0123456789ABCDEF']) {
  test(`takes a study from the AE title ${JSON.stringify(callingAETitle)}, and knows it by that`, async (t) => {
    const { station, receiver } = await makeReceivingStation(t);
    const scu = await RawScu.associate(receiver.port, { callingAETitle });
    assert.equal((await scu.store(INSTANCE, encodeInstance())).Status, SUCCESS);
    await scu.release();
    const titles = (await readdir(station.layout.arrived)).map((mark) => parseMarkName(mark)?.callingAETitle);
    assert.deepEqual(titles, [callingAETitle, callingAETitle]);
    await scanAll({ station });
    await studyDescriptionOf(station, '1.2.3');
  });
}
