import assert from 'node:assert/strict';
import { appendFile, readFile, rm, truncate } from 'node:fs/promises';
import { test, type TestContext } from 'node:test';
import { freePort, temporaryFolder } from '../rig/peers.ts';
import { startScriptedScp, startTcpServer } from '../rig/scripted-scp.ts';
import { openAssociation } from '../../src/network/open-association.ts';
import { sendInstances } from '../../src/network/store-scu.ts';
import { IMPLICIT_VR_LITTLE_ENDIAN } from '../../src/dicom/transfer-syntaxes.ts';
import {
  EXPLICIT_VR_LITTLE_ENDIAN, makeInstance, makeInstances, peerAt, send, statusesOf, type KnownInstance,
} from './instances.ts';

/** The bytes that must arrive. */
async function datasetOf({ file, datasetOffset }: KnownInstance): Promise<Buffer> {
  return (await readFile(file)).subarray(datasetOffset);
}

/** A port of a server that answers the first bytes it gets with `answer`, or never. */
async function startRawServer(t: TestContext, answer?: Buffer): Promise<number> {
  const { port } = await startTcpServer(t, (socket) => {
    socket.on('data', () => {
      if (answer !== undefined) socket.write(answer);
    });
  });
  return port;
}

test('each dataset arrives byte for byte in fragments that obey the peer\'s maximum PDU length', async (t) => {
  for (const maximumPDULength of [0, 131072, 16384, 4096, 1000, 64, 9]) {
    const scp = await startScriptedScp(t, { maximumPDULength });
    const pixelBytes = maximumPDULength === 0 || maximumPDULength >= 1000 ? 300_000 : 2000;
    const instances = await makeInstances(await temporaryFolder(t), 3, pixelBytes);
    const { outcome, answers } = await send(peerAt(scp.port), instances);
    assert.deepEqual([outcome, statusesOf(answers)], [{}, [0, 0, 0]]);
    assert.deepEqual(scp.messages.map(({ dataset }) => dataset), await Promise.all(instances.map(datasetOf)));
    const longest = maximumPDULength === 0 ? 131072 : maximumPDULength;
    assert.ok(scp.longestPDU() <= longest && scp.longestPDU() >= longest - 1, `longest PDU ${scp.longestPDU()}`);
  }
});

test('an instance larger than the pieces in which it is read arrives whole', async (t) => {
  const scp = await startScriptedScp(t);
  const instances = await makeInstances(await temporaryFolder(t), 2, 5_000_000);
  const { answers } = await send(peerAt(scp.port), instances);
  assert.deepEqual(statusesOf(answers), [0, 0]);
  for (const [index, instance] of instances.entries()) {
    assert.ok((await datasetOf(instance)).equals(scp.messages[index]?.dataset ?? Buffer.alloc(0)));
  }
});

test('a peer that announces no room for data is given up', async (t) => {
  const scp = await startScriptedScp(t, { maximumPDULength: 7 });
  const { outcome, answers } = await send(peerAt(scp.port), await makeInstances(await temporaryFolder(t), 1));
  assert.equal(outcome.failure?.reason, 'peer-aborted');
  assert.deepEqual(answers, []);
});

test('every status is handed on as it came, and the association goes on', async (t) => {
  const statuses = [0xa700, 0xb000, 0xc000, 0x0111, 0xffff, 0x0000];
  const scp = await startScriptedScp(t, { respond: (_message, index) => ({ Status: statuses[index] }) });
  const instances = await makeInstances(await temporaryFolder(t), statuses.length);
  const { outcome, answers } = await send(peerAt(scp.port), instances);
  assert.deepEqual(outcome, {});
  assert.deepEqual(answers.map(({ SOPInstanceUID }) => SOPInstanceUID), instances.map((sent) => sent.SOPInstanceUID));
  assert.deepEqual(statusesOf(answers), statuses);
  assert.equal(scp.associations.length, 1);
});

test('130 SOP Classes, each in the two transfer syntaxes that there are for it, go on three associations', async (t) => {
  const scp = await startScriptedScp(t);
  const instance = await makeInstance(await temporaryFolder(t), 1);
  const instances = Array.from({ length: 130 }, (_, index) =>
    ({ ...instance, SOPClassUID: `1.2.3.${index}`, SOPInstanceUID: `1.2.3.4.${index}` }));
  const { outcome, answers } = await send(peerAt(scp.port), instances);
  assert.deepEqual(outcome, {});
  assert.deepEqual(answers, instances.map(({ SOPInstanceUID }) => ({ SOPInstanceUID, status: 0 })));
  assert.deepEqual(scp.associations.map(({ length }) => length), [128, 128, 4]);
  assert.deepEqual(scp.associations[0]?.map(({ id }) => id), Array.from({ length: 128 }, (_, index) => 2 * index + 1));
});

test('only the instances of refused contexts are refused, and are not sent', async (t) => {
  const scp = await startScriptedScp(t, {
    answerContext: ({ SOPClassUID, TransferSyntaxUIDs }) =>
      ({ result: SOPClassUID === '1.2.3' ? 3 : 0, TransferSyntaxUID: TransferSyntaxUIDs[0] ?? '' }),
  });
  const [first, second, third] = await makeInstances(await temporaryFolder(t), 3);
  assert.ok(first && second && third);
  const { outcome, answers } = await send(peerAt(scp.port), [first, { ...second, SOPClassUID: '1.2.3' }, third]);
  assert.deepEqual(outcome, {});
  assert.deepEqual(answers, [
    { SOPInstanceUID: second.SOPInstanceUID, failure: {
      reason: 'context-refused', SOPClassUID: '1.2.3', TransferSyntaxUID: EXPLICIT_VR_LITTLE_ENDIAN,
      proposed: [EXPLICIT_VR_LITTLE_ENDIAN, IMPLICIT_VR_LITTLE_ENDIAN], accepted: [], classRefused: true } },
    { SOPInstanceUID: first.SOPInstanceUID, status: 0 },
    { SOPInstanceUID: third.SOPInstanceUID, status: 0 },
  ]);
  assert.equal(scp.messages.length, 2);
});

test('a peer that accepts no context, or another transfer syntax than was proposed, gets nothing', async (t) => {
  const instances = await makeInstances(await temporaryFolder(t), 2);
  for (const answer of [{ result: 4, TransferSyntaxUID: '' }, { result: 0, TransferSyntaxUID: '1.2.840.10008.1.2.5' }]) {
    const scp = await startScriptedScp(t, { answerContext: () => answer });
    const { outcome, answers } = await send(peerAt(scp.port), instances);
    assert.deepEqual(outcome, {});
    assert.deepEqual(statusesOf(answers), ['context-refused', 'context-refused']);
    assert.equal(scp.messages.length, 0);
  }
});

test('contexts that nobody proposed do not disturb', async (t) => {
  const scp = await startScriptedScp(t, { inventedContextIds: [3, 77, 2, 0] });
  const { outcome, answers } = await send(peerAt(scp.port), await makeInstances(await temporaryFolder(t), 1));
  assert.deepEqual([outcome, statusesOf(answers)], [{}, [0]]);
});

test('a response to another message aborts the association', async (t) => {
  const scp = await startScriptedScp(t, {
    respond: (_message, index) => (index === 1 ? { MessageIDBeingRespondedTo: 1 } : {}),
  });
  const { outcome, answers } = await send(peerAt(scp.port), await makeInstances(await temporaryFolder(t), 3));
  assert.equal(outcome.failure?.reason, 'peer-aborted');
  assert.deepEqual(statusesOf(answers), [0]);
  await scp.idle();
  assert.equal(scp.aborts(), 1);
});

test('a response of another kind or without a status aborts the association', async (t) => {
  for (const wrong of [{ CommandField: 0x8030 }, { Status: undefined }]) {
    const scp = await startScriptedScp(t, { respond: () => wrong });
    const { outcome, answers } = await send(peerAt(scp.port), await makeInstances(await temporaryFolder(t), 1));
    assert.equal(outcome.failure?.reason, 'peer-aborted');
    assert.deepEqual(answers, []);
  }
});

test('no response in time is silence: what was answered stays answered, the rest is aborted', async (t) => {
  const scp = await startScriptedScp(t, { respond: (_message, index) => (index === 1 ? undefined : {}) });
  const instances = await makeInstances(await temporaryFolder(t), 3);
  const { outcome, answers } = await send(peerAt(scp.port, { responseSeconds: 0.2 }), instances);
  assert.deepEqual(outcome, { failure: { reason: 'peer-silent', seconds: 0.2 } });
  assert.deepEqual(statusesOf(answers), [0]);
  await scp.idle();
  assert.equal(scp.aborts(), 1);
});

test('a peer that stops reading in the middle of an instance is silent', async (t) => {
  const scp = await startScriptedScp(t, { seen: (_bytes, socket) => void socket.pause() });
  const instances = await makeInstances(await temporaryFolder(t), 1, 40_000_000);
  const { outcome } = await send(peerAt(scp.port, { responseSeconds: 0.5 }), instances);
  assert.deepEqual(outcome, { failure: { reason: 'peer-silent', seconds: 0.5 } });
});

test('a connection reset in the middle of an instance leaves it and the rest unanswered', async (t) => {
  let seen = 0;
  const scp = await startScriptedScp(t, {
    seen: (bytes, socket) => {
      seen += bytes;
      if (seen > 150_000) socket.resetAndDestroy();
    },
  });
  const instances = await makeInstances(await temporaryFolder(t), 3, 100_000);
  const { outcome, answers } = await send(peerAt(scp.port), instances);
  assert.equal(outcome.failure?.reason, 'peer-aborted');
  assert.deepEqual(statusesOf(answers), [0]);
});

test('nobody listening is unreachable', async (t) => {
  const port = await freePort();
  const { outcome, answers } = await send(peerAt(port), await makeInstances(await temporaryFolder(t), 1));
  const address = `127.0.0.1:${port}`;
  assert.deepEqual(outcome, { failure: { reason: 'peer-unreachable', address, text: 'ECONNREFUSED' } });
  assert.deepEqual(answers, []);
});

test('a server that accepts the connection and says nothing is silent', async (t) => {
  const instances = await makeInstances(await temporaryFolder(t), 1);
  const { outcome } = await send(peerAt(await startRawServer(t), { associationSeconds: 0.2 }), instances);
  assert.deepEqual(outcome, { failure: { reason: 'peer-silent', seconds: 0.2 } });
});

test('garbage instead of an answer is a failure, whatever it is', async (t) => {
  const instances = await makeInstances(await temporaryFolder(t), 1);
  const garbage = {
    'another protocol': Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n'),
    'a cut A-ASSOCIATE-AC': Buffer.from([0x02, 0, 0, 0, 0, 4, 0, 1, 0, 0]),
    'a cut A-ASSOCIATE-RJ': Buffer.from([0x03, 0, 0, 0, 0, 1, 0]),
    'an empty A-ABORT': Buffer.from([0x07, 0, 0, 0, 0, 0]),
    'an A-ASSOCIATE-RQ': Buffer.from([0x01, 0, 0, 0, 0, 4, 0, 1, 0, 0]),
    'an A-RELEASE-RP': Buffer.from([0x06, 0, 0, 0, 0, 4, 0, 0, 0, 0]),
    'an absurd length': Buffer.from([0x02, 0, 0xff, 0xff, 0xff, 0xff]),
    'a command that is none': Buffer.from([0x04, 0, 0, 0, 0, 8, 0, 0, 0, 4, 1, 3, 0xff, 0xff]),
    'a dataset': Buffer.from([0x04, 0, 0, 0, 0, 8, 0, 0, 0, 4, 1, 2, 0xff, 0xff]),
  };
  for (const [what, bytes] of Object.entries(garbage)) {
    const { outcome, answers } = await send(peerAt(await startRawServer(t, bytes)), instances);
    assert.equal(outcome.failure?.reason, 'peer-aborted', what);
    assert.deepEqual(answers, [], what);
  }
});

test('a rejection is permanent or transient as the peer says, with its reason in words', async (t) => {
  const instances = await makeInstances(await temporaryFolder(t), 1);
  const reject = async (result: number, source: number, reason: number) => {
    const port = await startRawServer(t, Buffer.from([0x03, 0, 0, 0, 0, 4, 0, result, source, reason]));
    const { failure } = (await send(peerAt(port), instances)).outcome;
    assert.ok(failure?.reason === 'peer-rejected');
    return failure;
  };
  const permanent = await reject(1, 1, 7);
  assert.equal(permanent.permanent, true);
  assert.match(permanent.text, /called AE title not recognized/);
  const transient = await reject(2, 3, 2);
  assert.equal(transient.permanent, false);
  assert.match(transient.text, /local limit exceeded/);
});

test('a file that is gone, has no dataset or is a folder is unreadable, and the others are sent', async (t) => {
  const folder = await temporaryFolder(t);
  const scp = await startScriptedScp(t);
  const [gone, cut, directory, good] = await makeInstances(folder, 4);
  assert.ok(gone && cut && directory && good);
  await rm(gone.file);
  await truncate(cut.file, cut.datasetOffset);
  const { outcome, answers } = await send(peerAt(scp.port), [gone, cut, { ...directory, file: folder }, good]);
  assert.deepEqual(outcome, {});
  const unreadable = 'instance-unreadable';
  assert.deepEqual(statusesOf(answers), [unreadable, unreadable, unreadable, 0]);
  assert.equal(scp.associations.length, 1);
});

test('a file in another transfer syntax than was said is not sent, so that the peer is never told the wrong one', async (t) => {
  const scp = await startScriptedScp(t);
  const [other, good] = await makeInstances(await temporaryFolder(t), 2);
  assert.ok(other && good);
  const { outcome, answers } = await send(peerAt(scp.port), [{ ...other, TransferSyntaxUID: '1.2.840.10008.1.2' }, good]);
  assert.deepEqual(outcome, {});
  assert.deepEqual(statusesOf(answers), ['instance-unreadable', 0]);
  assert.deepEqual(scp.messages.map(({ command }) => command.AffectedSOPInstanceUID), [good.SOPInstanceUID]);
});

test('a file that becomes shorter while it is sent is aborted, and the others go on a new association', async (t) => {
  const folder = await temporaryFolder(t);
  const [first, shrinking, last] = [
    await makeInstance(folder, 1), await makeInstance(folder, 2, 40_000_000), await makeInstance(folder, 3),
  ];
  let seen = 0;
  const scp = await startScriptedScp(t, {
    seen: (bytes, socket) => {
      const before = seen;
      seen += bytes;
      if (before > 100_000 || seen <= 100_000) return;
      socket.pause();
      void truncate(shrinking.file, 20_000_000).then(() => socket.resume());
    },
  });
  const { outcome, answers } = await send(peerAt(scp.port), [first, shrinking, last]);
  assert.deepEqual(outcome, {});
  assert.deepEqual(statusesOf(answers), [0, 'instance-unreadable', 0]);
  assert.equal(scp.associations.length, 2);
  assert.equal(scp.aborts(), 1);
  assert.equal(scp.messages.length, 2);
});

test('a file that grows while it is sent goes out as it was when opened', async (t) => {
  const folder = await temporaryFolder(t);
  const growing = await makeInstance(folder, 1, 40_000_000);
  const before = await datasetOf(growing);
  let appended: Promise<void> | undefined;
  const scp = await startScriptedScp(t, { seen: () => void (appended ??= appendFile(growing.file, 'more')) });
  const { answers } = await send(peerAt(scp.port), [growing]);
  await appended;
  assert.deepEqual(statusesOf(answers), [0]);
  assert.ok(scp.messages[0]?.dataset.equals(before));
});

test('the signal aborts in the middle of an instance', async (t) => {
  const stop = new AbortController();
  let seen = 0;
  const scp = await startScriptedScp(t, {
    seen: (bytes) => {
      seen += bytes;
      if (seen > 1_000_000) stop.abort();
    },
  });
  const instances = await makeInstances(await temporaryFolder(t), 2, 40_000_000);
  const { outcome, answers } = await send(peerAt(scp.port), instances, stop.signal);
  assert.deepEqual([outcome, answers], [{ stopped: true }, []]);
  await scp.idle();
  assert.equal(scp.messages.length, 0);
});

test('a signal that was given before keeps everything from being sent', async (t) => {
  const scp = await startScriptedScp(t);
  const instances = await makeInstances(await temporaryFolder(t), 1);
  const { outcome, answers } = await send(peerAt(scp.port), instances, AbortSignal.abort());
  assert.deepEqual([outcome, answers], [{ stopped: true }, []]);
  assert.equal(scp.associations.length, 0);
});

test('what the caller\'s hook throws is thrown, and the association aborted', async (t) => {
  const scp = await startScriptedScp(t);
  const instances = await makeInstances(await temporaryFolder(t), 2);
  const answered = () => Promise.reject(new Error('record not written'));
  await assert.rejects(sendInstances(peerAt(scp.port), instances, { answered }), /record not written/);
  await scp.idle();
  assert.equal(scp.aborts(), 1);
  assert.equal(scp.messages.length, 1);
});

test('a peer that closes or says nothing when released has lost nothing', async (t) => {
  const instances = await makeInstances(await temporaryFolder(t), 1);
  for (const onRelease of ['close', 'nothing'] as const) {
    const scp = await startScriptedScp(t, { onRelease });
    const { outcome, answers } = await send(peerAt(scp.port, { releaseSeconds: 0.1 }), instances);
    assert.deepEqual([outcome, statusesOf(answers)], [{}, [0]]);
  }
});

test('a list that comes bit by bit is sent as well, and an empty one opens no association', async (t) => {
  const scp = await startScriptedScp(t);
  const instances = await makeInstances(await temporaryFolder(t), 2);
  const outcome = await sendInstances(peerAt(scp.port), [], { answered: () => assert.fail('nothing was sent') });
  assert.deepEqual([outcome, scp.associations.length], [{}, 0]);
  async function* list() {
    yield* instances;
  }
  let answers = 0;
  await sendInstances(peerAt(scp.port), list(), { answered: () => void (answers += 1) });
  assert.equal(answers, 2);
});

test('the last of 10 000 instances on one association costs what the first cost', async (t) => {
  const scp = await startScriptedScp(t);
  const instance = await makeInstance(await temporaryFolder(t), 1);
  const many = Array.from({ length: 10_000 }, () => instance);
  const times: number[] = [];
  await sendInstances(peerAt(scp.port), many, { answered: () => void times.push(performance.now()) });
  assert.equal(scp.associations.length, 1);
  const between = (from: number, to: number) => (times[to] ?? NaN) - (times[from] ?? NaN);
  const [early, late] = [between(1000, 3000), between(7999, 9999)];
  assert.ok(late < 3 * early, `2000 instances took ${early} ms early and ${late} ms late`);
});

test('message IDs begin at 1, reach 65535 and begin again', async (t) => {
  const scp = await startScriptedScp(t);
  const context = { id: 1, SOPClassUID: '1.2.3', TransferSyntaxUID: '1.2.840.10008.1.2' };
  const association = await openAssociation(peerAt(scp.port), [context]);
  assert.ok(!('failure' in association));
  const ids = Array.from({ length: 65_536 }, () => association.encodeRequest(context, {}).MessageID);
  await association.release();
  assert.deepEqual([ids[0], ids[65_534], ids[65_535]], [1, 65_535, 1]);
  assert.equal(new Set(ids).size, 65_535);
});
