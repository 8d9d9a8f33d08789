import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeAcceptAssociation } from '../../../src/flow/receive/accept-association.ts';
import { FreeSpace } from '../../../src/spool/free-space.ts';

const ROOMY = new FreeSpace('/', { minFreeBytes: 0, minFreePercent: 0 }, () => undefined);
const SHORT = new FreeSpace('/', { minFreeBytes: Number.MAX_SAFE_INTEGER, minFreePercent: 0 }, () => undefined);
const PEER = { callingAETitle: 'CT1', calledAETitle: 'DTS', address: '10.1.2.3' };
const ON = { isOff: false };
const ANY = { callingAETitles: [], calledAETitles: [], callerIPs: [] };

/** Result, source and reason of the rejection; nothing where the peer is accepted. */
async function codesOf(accept: Partial<typeof ANY> | Record<string, string[]>, peer = PEER, space = ROOMY) {
  const rejection = await makeAcceptAssociation({ accept: { ...ANY, ...accept }, space, receivingSwitch: ON })(peer);
  return rejection === undefined ? [] : [rejection.result, rejection.source, rejection.reason];
}

test('accepts everybody where nothing is configured', async () => {
  assert.deepEqual(await codesOf({}), []);
});

test('tries patterns from the start of a title, not to its end', async () => {
  assert.deepEqual(await codesOf({ callingAETitles: ['MR', 'CT'] }), []);
  assert.deepEqual(await codesOf({ callingAETitles: ['T1'] }), [1, 1, 3]);
  assert.deepEqual(await codesOf({ callingAETitles: ['CT1$'] }), []);
  assert.deepEqual(await codesOf({ callingAETitles: ['MR|T1'] }), [1, 1, 3]);
  assert.deepEqual(await codesOf({ calledAETitles: ['DTS.*'] }), []);
  assert.deepEqual(await codesOf({ calledAETitles: ['dts'] }), [1, 1, 7]);
});

test('accepts addresses in one of the ranges, of either family', async () => {
  const callerIPs = ['10.1.0.0/16', '192.168.1.7', '2001:db8::/32'];
  const from = (address: string) => codesOf({ callerIPs }, { ...PEER, address });
  assert.deepEqual(await from('10.1.255.255'), []);
  assert.deepEqual(await from('192.168.1.7'), []);
  assert.deepEqual(await from('2001:db8:1::1'), []);
  assert.deepEqual(await from('10.2.0.1'), [1, 1, 3]);
  assert.deepEqual(await from('192.168.1.8'), [1, 1, 3]);
  assert.deepEqual(await from('2001:db9::1'), [1, 1, 3]);
  assert.deepEqual(await from('unknown'), [1, 1, 3]);
});

test('refuses a title of which no file name can be made', async () => {
  assert.deepEqual(await codesOf({}, { ...PEER, callingAETitle: 'Ö'.repeat(16) }), [1, 1, 3]);
});

test('refuses for now where space is short', async () => {
  assert.deepEqual(await codesOf({}, PEER, SHORT), [2, 3, 2]);
});
