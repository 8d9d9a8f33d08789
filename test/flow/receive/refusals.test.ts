// Who and what the receiver refuses by its configuration: real senders say what they were answered, the log says why,
// and whoever is welcome is served afterwards.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { test } from 'node:test';
import { CANNOT_UNDERSTAND, SUCCESS } from '../../../src/dicom/status.ts';
import { writeSmallStudy } from '../../peers/small-study.ts';
import { until } from '../../peers/ticks.ts';
import { requirePeer, runPeer, temporaryFolder } from '../../rig/peers.ts';
import { associateRequest, dataPdus, pdu, pdv, RawScu, storeCommand } from '../../rig/raw-scu.ts';
import { filesBelow, startReceiver, type ReceiverOptions } from '../../rig/receiver.ts';
import { dataset, INSTANCE } from '../dataset.ts';

interface RefusedSender {
  readonly accept: NonNullable<ReceiverOptions['accept']>;
  /** Titles by which DCMTK calls. */
  readonly refused: readonly string[];
  readonly welcome: readonly string[];
  /** As DCMTK words it: PS3.8 table 9-21. */
  readonly answer: RegExp;
  readonly text: string;
}

const CALLED = /Rejected Permanent, Source: Service User\n.*Called AE Title Not Recognized/;
const CALLING = /Rejected Permanent, Source: Service User\n.*Calling AE Title Not Recognized/;

const SENDERS: Readonly<Record<string, RefusedSender>> = {
  'another called AE title': {
    accept: { calledAETitles: ['^AICORE1$'] },
    refused: ['-aet', 'CT1', '-aec', 'AICORE2'], welcome: ['-aec', 'AICORE1'],
    answer: CALLED, text: 'called AE title AICORE2 is not among accept.calledAETitles',
  },
  'a called AE title in another case': {
    accept: { calledAETitles: ['AICORE1'] },
    refused: ['-aec', 'aicore1'], welcome: ['-aec', 'AICORE1'],
    answer: CALLED, text: 'called AE title aicore1 is not among accept.calledAETitles',
  },
  'another calling AE title': {
    accept: { callingAETitles: ['^PACS', '^CT[0-9]+$'] },
    refused: ['-aet', 'CTX'], welcome: ['-aet', 'CT12'],
    answer: CALLING, text: 'calling AE title CTX is not among accept.callingAETitles',
  },
  'two wrong titles': {
    accept: { callingAETitles: ['^PACS'], calledAETitles: ['^AICORE1$'] },
    refused: ['-aet', 'CTX', '-aec', 'X'], welcome: ['-aet', 'PACS', '-aec', 'AICORE1'],
    answer: CALLED, text: 'called AE title X is not among accept.calledAETitles',
  },
};

for (const [what, { accept, refused, welcome, answer, text }] of Object.entries(SENDERS)) {
  test(`a sender with ${what} is rejected for good and stores nothing; the right one is served`, async (t) => {
    if (!requirePeer(t, 'echoscu', 'storescu')) return;
    const { folder } = await writeSmallStudy(await temporaryFolder(t));
    const receiver = await startReceiver(t, { accept });
    const address = ['127.0.0.1', String(receiver.port)];
    for (const words of [['echoscu', ...refused, ...address], ['storescu', '+sd', ...refused, ...address, folder]]) {
      const { exitCode, output } = await runPeer(words[0]!, words.slice(1));
      assert.notEqual(exitCode, 0);
      assert.match(output, answer);
    }
    for (const event of await receiver.happened('association-rejected', 2)) assert.equal(event.text, text);
    assert.deepEqual(await filesBelow(receiver.layout.archive), []);
    const served = await runPeer('storescu', ['+sd', ...welcome, ...address, folder]);
    assert.equal(served.exitCode, 0, served.output);
    assert.equal((await filesBelow(receiver.layout.archive)).length, 2);
  });
}

/** What an association from an address of this machine is answered: codes of a rejection, or nothing. */
async function answerTo(port: number, host: string, localAddress: string): Promise<number[]> {
  const socket = connect({ port, host, localAddress, noDelay: true });
  await once(socket, 'connect');
  const scu = new RawScu(socket);
  scu.send(associateRequest());
  const answer = await scu.next();
  socket.destroy();
  assert.ok(answer.kind === 'pdu');
  return answer.type === 0x03 ? [...answer.bytes.subarray(-3)] : [];
}

const hasIPv6 = Object.values(networkInterfaces()).flat().some((one) => one?.address === '::1');

/** Ranges, and of which of two addresses of this machine they let in. The receiver listens on IPv4 and IPv6. */
const RANGES: readonly (readonly [ranges: string[], first: boolean, second: boolean, IPv6: boolean])[] = [
  [[], true, true, true],
  [['127.0.0.1'], true, false, false],
  [['127.0.0.1/32'], true, false, false],
  [['127.0.0.0/30'], true, true, false],
  [['127.0.0.3/30'], true, true, false],
  [['10.0.0.0/8', '127.0.0.2'], false, true, false],
  [['0.0.0.0/0'], true, true, false],
  [['::ffff:127.0.0.1'], true, false, false],
  [['::ffff:127.0.0.0/120'], true, true, false],
  [['::1'], false, false, true],
  [['0:0:0:0:0:0:0:1/128', '127.0.0.2/32'], false, true, true],
  [['fe80::/10', '192.168.0.0/16'], false, false, false],
];

for (const [ranges, ...expected] of RANGES) {
  test(`callerIPs ${JSON.stringify(ranges)} lets in whom it names, and nobody else`, async (t) => {
    if (!hasIPv6) return t.skip('this machine has no IPv6');
    const receiver = await startReceiver(t, { address: '::', accept: { callerIPs: ranges } });
    const answers = [
      await answerTo(receiver.port, '127.0.0.1', '127.0.0.1'),
      await answerTo(receiver.port, '127.0.0.1', '127.0.0.2'),
      await answerTo(receiver.port, '::1', '::1'),
    ];
    assert.deepEqual(answers, expected.map((isLetIn) => (isLetIn ? [] : [1, 1, 3])));
    const rejected = receiver.events.flatMap((event) => (event.event === 'association-rejected' ? [event.text] : []));
    const strangers = ['127.0.0.1', '127.0.0.2', '::1'].filter((_, index) => expected[index] === false);
    assert.deepEqual(rejected, strangers.map((address) => `address ${address} is not among accept.callerIPs`));
  });
}

test('a P-DATA-TF longer than announced is aborted as an invalid parameter, and costs nobody else', async (t) => {
  const receiver = await startReceiver(t, { limits: { pduLength: 16384 } });
  const other = await RawScu.associate(receiver.port);
  const scu = await RawScu.associate(receiver.port);
  const longest = pdu(0x04, pdv(1, 0, Buffer.alloc(16384 - 6)));
  scu.send(dataPdus(1, storeCommand(INSTANCE), true), longest, pdu(0x04, pdv(1, 0, Buffer.alloc(16384 - 6 + 2))));
  const abort = await scu.next();
  assert.ok(abort.kind === 'pdu' && abort.type === 0x07);
  assert.deepEqual([...abort.bytes.subarray(-2)], [2, 6]);
  const [ended] = await receiver.happened('association-ended');
  assert.deepEqual([ended?.how, ended?.instances], ['aborted', 0]);
  assert.match(ended?.text ?? '', /a PDU of type 4 and 16386 bytes; 16384 are allowed/);
  assert.deepEqual(await filesBelow(receiver.layout.temp), []);
  assert.equal((await other.store(INSTANCE, dataset())).Status, SUCCESS);
  await other.release();
});

test('a sender that keeps to a short PDU length is served', async (t) => {
  if (!requirePeer(t, 'storescu')) return;
  const { folder } = await writeSmallStudy(await temporaryFolder(t), { instances: 3 });
  const receiver = await startReceiver(t, { limits: { pduLength: 4096 } });
  const { exitCode, output } = await runPeer('storescu', ['+sd', '127.0.0.1', String(receiver.port), folder]);
  assert.equal(exitCode, 0, output);
});

test('an object longer than the limit fails, one just as long does not, and the association goes on', async (t) => {
  const exact = dataset({ pixels: Buffer.alloc(300_000) });
  const receiver = await startReceiver(t, { limits: { objectBytes: exact.length } });
  const scu = await RawScu.associate(receiver.port);
  for (const bytes of [2, 3_000_000]) {
    const { Status, ErrorComment } = await scu.store(INSTANCE, Buffer.concat([exact, Buffer.alloc(bytes)]));
    assert.deepEqual([Status, ErrorComment], [CANNOT_UNDERSTAND, `longer than ${exact.length} bytes`]);
    assert.deepEqual(await filesBelow(receiver.layout.temp), []);
  }
  assert.equal((await scu.store(INSTANCE, exact)).Status, SUCCESS);
  await scu.release();
  const [first] = await receiver.happened('instance-refused', 2);
  assert.equal(first?.text, `longer than ${exact.length} bytes`);
  const [ended] = await receiver.happened('association-ended');
  assert.deepEqual([ended?.how, ended?.instances, ended?.refused], ['released', 1, 2]);
});

test('what is left of an object is off the disk as soon as it is too long, not when it ends', async (t) => {
  const receiver = await startReceiver(t, { limits: { objectBytes: 2_000_000 } });
  const scu = await RawScu.associate(receiver.port);
  const bytes = dataPdus(1, dataset({ pixels: Buffer.alloc(4_000_000) }), false);
  const filesInTemp = async () => (await filesBelow(receiver.layout.temp)).length;
  scu.send(dataPdus(1, storeCommand(INSTANCE), true), bytes.subarray(0, 1_500_000));
  await until('a part of the object', async () => await filesInTemp() === 1);
  scu.send(bytes.subarray(1_500_000, -1000));
  await until('none of it', async () => await filesInTemp() === 0);
  scu.send(bytes.subarray(-1000));
  const answer = await scu.next();
  assert.equal(answer.kind === 'command' && answer.command.Status, CANNOT_UNDERSTAND);
  await scu.release();
});
