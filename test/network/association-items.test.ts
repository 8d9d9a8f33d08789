// What a peer may put into its A-ASSOCIATE-RQ beside titles and contexts (PS3.8 section 9.3.2, PS3.7 annex D.3.3), and
// what the receiver answers to each.

import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { IMPLEMENTATION_CLASS_UID, IMPLEMENTATION_VERSION_NAME } from '../../src/dicom/implementation.ts';
import { startMemoryScp, type MemoryScp } from '../rig/memory-scp.ts';
import {
  associateRequest, CT_IMAGE_STORAGE, dataPdus, EXPLICIT_VR_LITTLE_ENDIAN, item, pdu, RawScu, storeCommand,
  VERIFICATION,
} from '../rig/raw-scu.ts';
import { acceptOf, contextsOf, userItemsOf } from './associate-answer.ts';

const MR_IMAGE_STORAGE = '1.2.840.10008.5.1.4.1.1.4';

const ITEM = {
  asynchronousOperations: 0x53, roleSelection: 0x54, implementationVersionName: 0x55, extendedNegotiation: 0x56,
  commonExtendedNegotiation: 0x57, userIdentity: 0x58,
} as const;

/** A text behind its length in two bytes. */
function counted(value: Buffer | string): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(value.length);
  return Buffer.concat([length, Buffer.from(value as string, 'latin1')]);
}

function role(SOPClassUID: string, scu: number, scp: number): Buffer {
  return item(ITEM.roleSelection, Buffer.concat([counted(SOPClassUID), Buffer.from([scu, scp])]));
}

function userIdentity(type: number, asksForAnswer: 0 | 1, primary: Buffer | string, secondary = ''): Buffer {
  const kind = Buffer.from([type, asksForAnswer]);
  return item(ITEM.userIdentity, Buffer.concat([kind, counted(primary), counted(secondary)]));
}

/** The types of the user items that answer these. */
async function typesAnswered(scp: MemoryScp, userItems: readonly Buffer[]): Promise<number[]> {
  return userItemsOf(await acceptOf(scp, { userItems })).map(({ type }) => type);
}

/** An association with these items must be accepted, and take an instance. */
async function assertStoresWith(t: TestContext, userItems: readonly Buffer[]): Promise<void> {
  const scp = await startMemoryScp(t);
  const scu = await RawScu.associate(scp.port, { userItems });
  assert.equal((await scu.store('1.2.3', Buffer.from('entire'))).Status, 0);
  await scu.release();
  assert.equal(scp.stored[0]?.bytes.toString(), 'entire');
}

const MAXIMUM_LENGTH_AND_IMPLEMENTATION = [0x51, 0x52, ITEM.implementationVersionName];

test('tells its implementation class and version, and nothing that was not asked', async (t) => {
  const scp = await startMemoryScp(t);
  const items = userItemsOf(await acceptOf(scp, {}));
  assert.deepEqual(items.map(({ type }) => type), MAXIMUM_LENGTH_AND_IMPLEMENTATION);
  assert.equal(items[1]?.value.toString('latin1'), IMPLEMENTATION_CLASS_UID);
  assert.equal(items[2]?.value.toString('latin1'), IMPLEMENTATION_VERSION_NAME);
});

const IDENTITIES: Readonly<Record<string, readonly [type: number, primary: Buffer | string, secondary?: string]>> = {
  'a user name': [1, 'jane'],
  'a user name in UTF-8': [1, Buffer.from('Jürgen 山田')],
  'a user name and passcode': [2, 'jane', 'secret'],
  'a Kerberos ticket': [3, Buffer.from([0x6e, 0x82, 0x01, 0x00, 0xff, 0x00])],
  'a SAML assertion': [4, `<saml:Assertion>${'x'.repeat(20_000)}</saml:Assertion>`],
  'a JSON web token': [5, 'eyJhbGciOiJub25lIn0.e30.'],
  'an identity of a kind to come': [77, 'whatever'],
  'an empty identity': [1, ''],
};

for (const [what, [type, primary, secondary]] of Object.entries(IDENTITIES)) {
  test(`takes instances of a peer that shows ${what}, and never claims to have checked it`, async (t) => {
    const scp = await startMemoryScp(t);
    for (const asksForAnswer of [0, 1] as const) {
      const types = await typesAnswered(scp, [userIdentity(type, asksForAnswer, primary, secondary)]);
      assert.deepEqual(types, MAXIMUM_LENGTH_AND_IMPLEMENTATION);
    }
    await assertStoresWith(t, [userIdentity(type, 1, primary, secondary)]);
  });
}

test('leaves extended and common extended negotiation unanswered, which means the defaults, and stores', async (t) => {
  const scp = await startMemoryScp(t);
  const storageService = counted('1.2.840.10008.4.2');
  const related = Buffer.concat([counted(Buffer.concat([counted(MR_IMAGE_STORAGE), counted('1.2.3.4')]))]);
  const userItems = [
    item(ITEM.extendedNegotiation, Buffer.concat([counted(CT_IMAGE_STORAGE), Buffer.from([2, 0, 3, 0, 1, 0])])),
    item(ITEM.extendedNegotiation, Buffer.concat([counted(MR_IMAGE_STORAGE), Buffer.alloc(0)])),
    item(ITEM.commonExtendedNegotiation, Buffer.concat([counted(CT_IMAGE_STORAGE), storageService, related])),
    item(ITEM.commonExtendedNegotiation, Buffer.concat([counted(CT_IMAGE_STORAGE), storageService, counted('')])),
  ];
  assert.deepEqual(await typesAnswered(scp, userItems), MAXIMUM_LENGTH_AND_IMPLEMENTATION);
  await assertStoresWith(t, userItems);
});

test('stores for a peer that would have many operations under way at a time', async (t) => {
  await assertStoresWith(t, [item(ITEM.asynchronousOperations, Buffer.from([0, 0, 0, 0]))]);
  await assertStoresWith(t, [item(ITEM.asynchronousOperations, Buffer.from([0, 16, 0, 16]))]);
});

test('answers the roles of each SOP Class on its own, and of those that have a context only', async (t) => {
  const scp = await startMemoryScp(t, { hooks: { acceptsSOPClass: () => true } });
  const accept = await acceptOf(scp, {
    contexts: [{ id: 1 }, { id: 3 }, { id: 5, abstractSyntax: MR_IMAGE_STORAGE }],
    userItems: [role(MR_IMAGE_STORAGE, 0, 1), role('1.2.3.4.5', 1, 1), role(CT_IMAGE_STORAGE, 1, 1)],
  });
  const answers = userItemsOf(accept).filter(({ type }) => type === ITEM.roleSelection).map(({ value }) => value);
  assert.deepEqual(answers, [role(CT_IMAGE_STORAGE, 1, 0), role(MR_IMAGE_STORAGE, 0, 0)].map((one) => one.subarray(4)));
  await assertStoresWith(t, [role(CT_IMAGE_STORAGE, 1, 1)]);
});

test('steps over user items of any type that it does not know, empty ones too, wherever they stand', async (t) => {
  const unknown = [0x00, 0x50, 0x59, 0x5a, 0x7f, 0xff].flatMap((type) => [item(type, ''), item(type, 'to come')]);
  const scp = await startMemoryScp(t);
  const [identity, extended] = [userIdentity(1, 1, 'jane'), item(ITEM.extendedNegotiation, counted(CT_IMAGE_STORAGE))];
  const types = await typesAnswered(scp, [...unknown, identity, ...unknown, extended, ...unknown]);
  assert.deepEqual(types, MAXIMUM_LENGTH_AND_IMPLEMENTATION);
  await assertStoresWith(t, unknown);
});

test('steps over items of any type that it does not know beside the contexts and within them', async (t) => {
  const scp = await startMemoryScp(t);
  const context = item(0x20, Buffer.concat([
    Buffer.from([1, 0, 0, 0]), item(0x30, CT_IMAGE_STORAGE), item(0x31, 'unknown'),
    item(0x40, EXPLICIT_VR_LITTLE_ENDIAN), item(0x41, ''),
  ]));
  const whole = associateRequest({ contexts: [{ id: 3, abstractSyntax: MR_IMAGE_STORAGE }, { id: 5 }] });
  const request = pdu(0x01, whole.subarray(6, 74), item(0x11, 'first'), whole.subarray(74), item(0x21, 'then'), context,
    item(0xff, ''), item(0x51, 'last'));
  const answers = contextsOf(await acceptOf(scp, request)).map(([id, result]) => [id, result]);
  assert.deepEqual(answers, [[3, 3], [5, 0], [1, 0]]);
});

test('takes reserved bytes for anything, as the standard has it', async (t) => {
  const scp = await startMemoryScp(t);
  const whole = associateRequest({ contexts: [{ id: 1 }] });
  const bytes = Buffer.from(whole);
  bytes.writeUInt8(0xff, 1); // PDU
  bytes.fill(0xff, 8, 10); // between version and titles
  bytes.fill(0xff, 42, 74); // behind the titles
  for (let at = 74; at < bytes.length; at += 4 + bytes.readUInt16BE(at + 2)) {
    bytes.writeUInt8(0xff, at + 1);
    if (bytes.readUInt8(at) === 0x20) bytes.fill(0xff, at + 5, at + 8);
  }
  assert.deepEqual(contextsOf(await acceptOf(scp, bytes)), [[1, 0, EXPLICIT_VR_LITTLE_ENDIAN]]);
});

test('reads UIDs that are padded with NUL or spaces, and answers them without', async (t) => {
  const scp = await startMemoryScp(t);
  const accept = await acceptOf(scp, {
    contexts: [
      { id: 1, abstractSyntax: `${CT_IMAGE_STORAGE}\0`, transferSyntaxes: [`${EXPLICIT_VR_LITTLE_ENDIAN}\0`] },
      { id: 3, abstractSyntax: `${CT_IMAGE_STORAGE} `, transferSyntaxes: ['1.2.840.10008.1.2 '] },
    ],
    applicationContext: '1.2.840.10008.3.1.1.1\0',
    userItems: [role(`${CT_IMAGE_STORAGE}\0`, 1, 0)],
  });
  assert.deepEqual(contextsOf(accept), [[1, 0, EXPLICIT_VR_LITTLE_ENDIAN], [3, 0, '1.2.840.10008.1.2']]);
  const [answer] = userItemsOf(accept).filter(({ type }) => type === ITEM.roleSelection);
  assert.deepEqual(answer?.value, role(CT_IMAGE_STORAGE, 1, 0).subarray(4));
});

test('stores for a peer that says nothing of itself, not even its maximum PDU length', async (t) => {
  const scp = await startMemoryScp(t);
  const whole = associateRequest();
  const userInformation = whole.length - (4 + item(0x51, Buffer.alloc(4)).length + item(0x52, '1.2.3').length);
  const items = whole.subarray(6, userInformation);
  for (const request of [pdu(0x01, items), pdu(0x01, items, item(0x50, ''))]) {
    const scu = await RawScu.connect(scp.port);
    scu.send(request);
    assert.equal((await scu.next()).kind, 'pdu');
    assert.equal((await scu.store('1.2.3', Buffer.from('a'))).Status, 0);
    await scu.release();
  }
});

test('answers 128 contexts of every kind under their own IDs, and stores in the last one', async (t) => {
  const scp = await startMemoryScp(t);
  const kinds = [
    { proposal: {}, result: 0 },
    { proposal: { abstractSyntax: '1.2.3.4.5' }, result: 3 },
    { proposal: { transferSyntaxes: [] }, result: 4 },
    { proposal: { abstractSyntax: VERIFICATION, transferSyntaxes: ['1.2.840.10008.1.2'] }, result: 0 },
  ] as const;
  const contexts = Array.from({ length: 128 }, (_, index) => {
    const id = (index * 154) % 256 + 1; // every odd number once, in no order
    const { proposal, result } = kinds[(index + 1) % 4] ?? kinds[0];
    return { id, result, ...proposal };
  });
  const answers = contextsOf(await acceptOf(scp, { contexts })).map(([id, result]) => ({ id, result }));
  assert.deepEqual(answers, contexts.map(({ id, result }) => ({ id, result })));

  const scu = await RawScu.associate(scp.port, { contexts });
  const last = contexts.at(-1)?.id ?? 0;
  scu.send(dataPdus(last, storeCommand('1.2.3'), true), dataPdus(last, Buffer.from('entire'), false));
  const answer = await scu.next();
  assert.deepEqual(answer.kind === 'command' && [answer.presentationContextID, answer.command.Status], [last, 0]);
});
