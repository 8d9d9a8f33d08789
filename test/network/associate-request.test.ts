import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DICOM_APPLICATION_CONTEXT, parseAssociateRequestFrame } from '../../src/network/associate-request.ts';
import { associateRequest, item, pdu } from '../rig/raw-scu.ts';

/** What is found in a request without a fault. */
function frameOf(request: Buffer) {
  const frame = parseAssociateRequestFrame(request);
  if ('fault' in frame) throw new Error(frame.fault);
  return frame;
}

test('finds protocol version and application context name', () => {
  const { protocolVersion, applicationContextName } = frameOf(associateRequest({ protocolVersion: 3 }));
  assert.deepEqual([protocolVersion, applicationContextName], [3, DICOM_APPLICATION_CONTEXT]);
  const bare = frameOf(pdu(0x01, Buffer.alloc(68)));
  assert.deepEqual([bare.protocolVersion, bare.applicationContextName], [0, '']);
});

test('leaves a request as it is, save for items of unknown types', () => {
  const whole = associateRequest();
  assert.deepEqual(frameOf(whole).known, whole);
  const withUnknown = pdu(0x01, whole.subarray(6, 74), item(0x11, 'a'), whole.subarray(74), item(0xff, ''));
  assert.deepEqual(frameOf(withUnknown).known, whole);
});

test('reads an application context name that is padded', () => {
  const { applicationContextName } = frameOf(associateRequest({ applicationContext: '1.2.840.10008.3.1.1.1\0' }));
  assert.equal(applicationContextName, DICOM_APPLICATION_CONTEXT);
});

test('finds the fault in a request cut off at any byte that is not between two items', () => {
  const whole = associateRequest({ contexts: [{ id: 1 }, { id: 3, transferSyntaxes: ['1.2.840.10008.1.2', '1.2'] }] });
  const betweenItems = new Set([74]);
  for (let at = 74; at < whole.length; betweenItems.add(at)) at += 4 + whole.readUInt16BE(at + 2);
  for (let length = 0; length < whole.length; length += 1) {
    const frame = parseAssociateRequestFrame(whole.subarray(0, length));
    assert.equal('fault' in frame, !betweenItems.has(length), `cut off after ${length} bytes`);
  }
});

test('finds the fault where items run past the item that holds them', () => {
  const context = item(0x20, Buffer.concat([Buffer.from([1, 0, 0, 0]), item(0x30, '1.2')]));
  context.writeUInt16BE(9, 10);
  const user = item(0x50, item(0x51, Buffer.alloc(4)));
  user.writeUInt16BE(5, 6);
  for (const wrong of [context, user, item(0x20, 'ab')]) {
    assert.ok('fault' in parseAssociateRequestFrame(pdu(0x01, Buffer.alloc(68), wrong, item(0x50, ''))));
  }
});

test('reads an application context name in a moment, however long a run of padding is in it', () => {
  const applicationContext = `1${'\0'.repeat(65_000)}1`;
  const request = associateRequest({ applicationContext });
  const start = performance.now();
  const frame = parseAssociateRequestFrame(request);
  assert.ok(performance.now() - start < 500);
  assert.equal('fault' in frame ? frame.fault : frame.applicationContextName, applicationContext);
});
