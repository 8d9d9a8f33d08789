import assert from 'node:assert/strict';
import { test } from 'node:test';
import { IMPLEMENTATION_CLASS_UID } from '../../src/dicom/implementation.ts';
import { startMemoryScp } from '../rig/memory-scp.ts';
import {
  associateRequest, CT_IMAGE_STORAGE, EXPLICIT_VR_LITTLE_ENDIAN, item, pdu, RawScu, VERIFICATION,
  type AssociateRequest,
} from '../rig/raw-scu.ts';
import { acceptOf, answerTo, codesOf, contextsOf, userItemsOf } from './associate-answer.ts';

const IMPLICIT_VR_LITTLE_ENDIAN = '1.2.840.10008.1.2';
const MR_IMAGE_STORAGE = '1.2.840.10008.5.1.4.1.1.4';

test('answers every proposed context under its own ID, in whatever order they come', async (t) => {
  const scp = await startMemoryScp(t);
  const accept = await acceptOf(scp, {
    contexts: [
      { id: 255 },
      { id: 7, abstractSyntax: MR_IMAGE_STORAGE },
      { id: 5, abstractSyntax: VERIFICATION, transferSyntaxes: [IMPLICIT_VR_LITTLE_ENDIAN] },
      { id: 1, transferSyntaxes: ['1.2.840.10008.1.2.4.70', EXPLICIT_VR_LITTLE_ENDIAN] },
    ],
  });
  assert.deepEqual(contextsOf(accept), [
    [255, 0, EXPLICIT_VR_LITTLE_ENDIAN],
    [7, 3, EXPLICIT_VR_LITTLE_ENDIAN],
    [5, 0, IMPLICIT_VR_LITTLE_ENDIAN],
    [1, 0, '1.2.840.10008.1.2.4.70'],
  ]);
});

test('answers 128 contexts', async (t) => {
  const scp = await startMemoryScp(t);
  const ids = Array.from({ length: 128 }, (_, index) => 255 - 2 * index);
  const accept = await acceptOf(scp, { contexts: ids.map((id) => ({ id })) });
  assert.deepEqual(contextsOf(accept).map(([id]) => id), ids);
});

test('refuses a context without a transfer syntax that is a UID', async (t) => {
  const scp = await startMemoryScp(t);
  const accept = await acceptOf(scp, {
    contexts: [{ id: 1, transferSyntaxes: [] }, { id: 3, transferSyntaxes: ['../etc', EXPLICIT_VR_LITTLE_ENDIAN] },
      { id: 5, transferSyntaxes: ['..'] }],
  });
  assert.deepEqual(contextsOf(accept).map(([id, result]) => [id, result]), [[1, 4], [3, 0], [5, 4]]);
  assert.equal(contextsOf(accept)[1]?.[2], EXPLICIT_VR_LITTLE_ENDIAN);
});

test('announces its own maximum PDU length, whatever the peer announced', async (t) => {
  const scp = await startMemoryScp(t, { limits: { pduLength: 32768 } });
  for (const maximumPDULength of [0, 4096, 32768, 1_000_000, 0xffffffff]) {
    const maximum = userItemsOf(await acceptOf(scp, { maximumPDULength })).find(({ type }) => type === 0x51)?.value;
    assert.equal(maximum?.readUInt32BE(), 32768);
  }
});

test('names its own implementation', async (t) => {
  const scp = await startMemoryScp(t);
  const name = userItemsOf(await acceptOf(scp, {})).find(({ type }) => type === 0x52)?.value;
  assert.equal(name?.toString('latin1'), IMPLEMENTATION_CLASS_UID);
});

test('never agrees to more than one operation at a time', async (t) => {
  const scp = await startMemoryScp(t);
  for (const proposed of ['\0\0\0\0', '\0\x08\0\x08', '\0\x01\0\x05', '\0\x01\0\x01']) {
    const accept = await acceptOf(scp, { userItems: [item(0x53, proposed)] });
    const window = userItemsOf(accept).find(({ type }) => type === 0x53);
    // Absent is 1/1, PS3.7 section D.3.3.3.
    assert.equal(window?.value.toString('hex') ?? '00010001', '00010001');
  }
});

test('takes the SCP role and leaves the peer that of the SCU, where roles were proposed', async (t) => {
  const scp = await startMemoryScp(t);
  const uid = Buffer.from(CT_IMAGE_STORAGE);
  const role = (scu: number, scpRole: number) =>
    item(0x54, Buffer.concat([Buffer.from([0, uid.length]), uid, Buffer.from([scu, scpRole])]));
  const agreements = [[role(1, 0), role(1, 0)], [role(1, 1), role(1, 0)], [role(0, 1), role(0, 0)]] as const;
  for (const [proposed, agreed] of agreements) {
    const answer = userItemsOf(await acceptOf(scp, { userItems: [proposed] })).find(({ type }) => type === 0x54);
    assert.deepEqual(answer?.value, agreed.subarray(4));
  }
  assert.equal(userItemsOf(await acceptOf(scp, {})).some(({ type }) => type === 0x54), false);
});

test('accepts a peer that shows a user identity, and does not claim to have checked it', async (t) => {
  const scp = await startMemoryScp(t);
  const identity = item(0x58, '\x02\x01\0\x04user\0\x03pwd');
  const longToken = item(0x58, `\x05\x01\xea\x60${'x'.repeat(60000)}\0\0`);
  for (const userItem of [identity, longToken]) {
    const items = userItemsOf(await acceptOf(scp, { userItems: [userItem] }));
    assert.equal(items.some(({ type }) => type === 0x59), false);
  }
});

test('rejects an application context other than that of DICOM, and a protocol version without bit 0', async (t) => {
  const scp = await startMemoryScp(t);
  const rejectionOf = async (request: AssociateRequest) => codesOf(await answerTo(scp, associateRequest(request)));
  assert.deepEqual(await rejectionOf({ applicationContext: '1.2.840.10008.3.1.1.2' }), [0x03, 1, 1, 2]);
  assert.deepEqual(await rejectionOf({ protocolVersion: 2 }), [0x03, 1, 2, 2]);
  assert.equal((await rejectionOf({ protocolVersion: 3 }))[0], 0x02);
  assert.equal(scp.rejected.length, 2);
});

test('passes on why an association is not accepted', async (t) => {
  const scp = await startMemoryScp(t, {
    hooks: {
      acceptAssociation: async ({ callingAETitle }) =>
        callingAETitle === 'GOOD' ? undefined : { result: 1, source: 1, reason: 3, text: 'unknown' },
    },
  });
  const bad = await answerTo(scp, associateRequest({ callingAETitle: 'BAD' }));
  assert.deepEqual(codesOf(bad), [0x03, 1, 1, 3]);
  assert.deepEqual(scp.rejected, [
    { peer: { callingAETitle: 'BAD', calledAETitle: 'DTS', address: '127.0.0.1' }, text: 'unknown' },
  ]);
  assert.equal(codesOf(await answerTo(scp, associateRequest({ callingAETitle: 'GOOD' })))[0], 0x02);
});

test('rejects associations beyond the limit for now, and takes them again when one has ended', async (t) => {
  const scp = await startMemoryScp(t, { limits: { associations: 2 } });
  const first = await RawScu.associate(scp.port);
  const second = await RawScu.associate(scp.port);
  assert.deepEqual(codesOf(await answerTo(scp, associateRequest())), [0x03, 2, 3, 2]);
  await first.release();
  await scp.ended();
  const third = await RawScu.associate(scp.port);
  await third.release();
  await second.release();
});

test('aborts a request that cannot be read, and goes on accepting others', async (t) => {
  const scp = await startMemoryScp(t);
  const whole = associateRequest();
  const thousands = Array.from({ length: 3000 }, (_, index) => ({ id: (2 * index + 1) % 256 }));
  const transferFirst = item(0x20, Buffer.concat([Buffer.from([1, 0, 0, 0]), item(0x40, '1.2'), item(0x30, '1.2')]));
  const unreadable = {
    'an even ID': associateRequest({ contexts: [{ id: 2 }] }),
    'ID 0': associateRequest({ contexts: [{ id: 0 }] }),
    'an ID twice': associateRequest({ contexts: [{ id: 1 }, { id: 3 }, { id: 1 }] }),
    'thousands of contexts': associateRequest({ contexts: thousands }),
    'a transfer syntax before any abstract syntax': pdu(0x01, whole.subarray(6, 74), transferFirst),
    'no item at all and no titles': pdu(0x01),
    'titles cut off': pdu(0x01, whole.subarray(6, 40)),
    'an item cut off': pdu(0x01, whole.subarray(6, whole.length - 3)),
  };
  for (const [what, bytes] of Object.entries(unreadable)) {
    const [type, , source, reason] = codesOf(await answerTo(scp, bytes));
    assert.deepEqual([type, source, reason], [0x07, 2, 6], what);
  }
  assert.equal(codesOf(await answerTo(scp, whole))[0], 0x02);
});

test('survives a request cut off at any byte, with any byte changed', async (t) => {
  const scp = await startMemoryScp(t, { limits: { associations: 1000 } });
  const userItems = [item(0x53, '\0\x02\0\x02'), item(0x58, '\x01\0\0\x01A\0\0')];
  const whole = associateRequest({ userItems });
  for (let at = 6; at < whole.length; at += 1) {
    const cut = await answerTo(scp, pdu(0x01, whole.subarray(6, at)));
    assert.equal(cut.kind, 'pdu');
    const changed = Buffer.from(whole);
    changed.writeUInt8(changed.readUInt8(at) ^ 0xff, at);
    assert.equal((await answerTo(scp, changed)).kind, 'pdu');
  }
  assert.equal(codesOf(await answerTo(scp, whole))[0], 0x02);
});

test('aborts a peer that does not begin with a request', async (t) => {
  const scp = await startMemoryScp(t);
  assert.deepEqual(codesOf(await answerTo(scp, Buffer.from('GET / HTTP/1.1\r\n\r\n'))).slice(2), [2, 1]);
  assert.deepEqual(codesOf(await answerTo(scp, pdu(0x05, Buffer.alloc(4)))).slice(2), [2, 2]);
  assert.deepEqual(codesOf(await answerTo(scp, pdu(0x02, Buffer.alloc(68)))).slice(2), [2, 2]);
  assert.deepEqual(codesOf(await answerTo(scp, pdu(0x04, Buffer.from([0, 0, 0, 2, 1, 3])))).slice(2), [2, 2]);
});

test('closes a connection that asks for nothing when the ARTIM timer ends, one that trickles bytes too', async (t) => {
  const scp = await startMemoryScp(t, { limits: { artimSeconds: 0.2 } });
  const silent = await RawScu.connect(scp.port);
  const slow = await RawScu.connect(scp.port);
  const trickle = setInterval(() => slow.send(Buffer.from([1])), 50);
  t.after(() => clearInterval(trickle));
  assert.equal((await silent.next()).kind, 'closed');
  clearInterval(trickle);
  const answer = await slow.next();
  assert.ok(answer.kind === 'closed' || codesOf(answer)[0] === 0x07);
});
