// The PDUs of the side that asks, beside what the receiver's library reads of them.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  A_ABORT, A_RELEASE_RP, A_RELEASE_RQ, encodeAssociateRequest, parseAssociationPdu,
} from '../../src/network/association-pdus.ts';
import { parseAssociateRequestFrame } from '../../src/network/associate-request.ts';
import { peerAt } from './instances.ts';

const CONTEXTS = [
  { id: 1, SOPClassUID: '1.2.840.10008.1.1', TransferSyntaxUID: '1.2.840.10008.1.2' },
  { id: 3, SOPClassUID: '1.2.840.10008.5.1.4.1.1.2', TransferSyntaxUID: '1.2.840.10008.1.2.1' },
];

test('a request is laid out as PS3.8 table 9-11 says, byte for byte', () => {
  const pdu = encodeAssociateRequest(peerAt(104), CONTEXTS.slice(0, 1));
  const text = (type: number, value: string) => `${type.toString(16).padStart(2, '0')}00`
    + `${value.length.toString(16).padStart(4, '0')}${Buffer.from(value).toString('hex')}`;
  const hex = (value: string) => Buffer.from(value).toString('hex');
  const context = `01000000${text(0x30, '1.2.840.10008.1.1')}${text(0x40, '1.2.840.10008.1.2')}`;
  const user = `5100000400020000${text(0x52, '2.25.192426677642954713649776713547723964739')}${text(0x55, 'DTS_0_1_0')}`;
  const items = (type: string, content: string) =>
    `${type}00${(content.length / 2).toString(16).padStart(4, '0')}${content}`;
  const body = `00010000${hex('PACS'.padEnd(16))}${hex('DTS'.padEnd(16))}${'00'.repeat(32)}`
    + text(0x10, '1.2.840.10008.3.1.1.1') + items('20', context) + items('50', user);
  assert.equal(pdu.toString('hex'), `0100${(body.length / 2).toString(16).padStart(8, '0')}${body}`);
});

test('a request of 128 contexts with the longest UIDs is read again', () => {
  const long = `1.2.${'3'.repeat(60)}`;
  const contexts = Array.from({ length: 128 }, (_, index) => ({ id: 2 * index + 1, SOPClassUID: long, TransferSyntaxUID: long }));
  const frame = parseAssociateRequestFrame(encodeAssociateRequest(peerAt(104), contexts));
  assert.ok(!('fault' in frame));
  assert.equal(frame.applicationContextName, '1.2.840.10008.3.1.1.1');
  assert.equal(frame.protocolVersion, 1);
});

test('what a peer answers is told apart, and what nobody answers is a fault', () => {
  assert.deepEqual(parseAssociationPdu(A_RELEASE_RP), { kind: 'released' });
  assert.deepEqual(parseAssociationPdu(A_RELEASE_RQ), { kind: 'asks for release' });
  assert.deepEqual(parseAssociationPdu(A_ABORT), {
    kind: 'ended', failure: { reason: 'peer-aborted', text: 'A-ABORT by the application' },
  });
  assert.deepEqual(parseAssociationPdu(Buffer.from([3, 0, 0, 0, 0, 4, 0, 2, 3, 2])), {
    kind: 'ended',
    failure: {
      reason: 'peer-rejected', permanent: false,
      text: 'transiently: local limit exceeded (service provider, presentation, 2/3/2)',
    },
  });
  assert.ok('fault' in parseAssociationPdu(encodeAssociateRequest(peerAt(104), CONTEXTS)));
  for (let length = 0; length < A_ABORT.length; length += 1) {
    assert.ok('fault' in parseAssociationPdu(A_ABORT.subarray(0, length)), `${length} bytes`);
  }
});
