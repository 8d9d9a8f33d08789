// Associations that end in the middle of an object, in every way there is: nothing of it may stay, all that was
// answered must, and the instance is taken when it comes again.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { writePart10 } from '../../../src/dicom/write.ts';
import { requirePeer, runPeer, temporaryFolder } from '../../rig/peers.ts';
import { ABORT, dataPdus, pdu, pdv, RawScu, RELEASE_REQUEST, storeCommand } from '../../rig/raw-scu.ts';
import { filesBelow, startReceiver } from '../../rig/receiver.ts';
import { CT_IMAGE_STORAGE, encodeInstance } from '../encoded-instance.ts';

const WHOLE = '1.2.3.1.1';
const HALF = '1.2.3.1.2';
const P_DATA_TF = 0x04;

interface Ending {
  readonly end: (scu: RawScu) => void;
  readonly how: 'aborted' | 'lost';
  readonly idleSeconds?: number;
}

const ENDINGS: Readonly<Record<string, Ending>> = {
  'A-ABORT': { end: (scu) => scu.send(ABORT), how: 'aborted' },
  'A-RELEASE': { end: (scu) => scu.send(RELEASE_REQUEST), how: 'aborted' },
  'the end of the connection': { end: (scu) => scu.socket.end(), how: 'lost' },
  'a reset of the connection': { end: (scu) => scu.socket.resetAndDestroy(), how: 'lost' },
  'silence': { end: () => undefined, how: 'aborted', idleSeconds: 1 },
  'bytes that are no PDU': { end: (scu) => scu.send(Buffer.from('GET / HTTP/1.1\r\n\r\n')), how: 'aborted' },
  'half a PDU header': { end: (scu) => scu.socket.end(Buffer.from([P_DATA_TF, 0, 0])), how: 'lost' },
};

for (const [what, { end, how, idleSeconds = 60 }] of Object.entries(ENDINGS)) {
  test(`an object cut off by ${what} leaves nothing, and is stored when it comes again`, { timeout: 60_000 }, async (t) => {
    const receiver = await startReceiver(t, { limits: { idleSeconds } });
    const { layout } = receiver;
    const scu = await RawScu.associate(receiver.port);
    assert.equal((await scu.store(WHOLE, encodeInstance({ SOPInstanceUID: WHOLE }))).Status, 0);

    const dataset = encodeInstance({ SOPInstanceUID: HALF, pixels: Buffer.alloc(2_000_000, 'p') });
    scu.send(dataPdus(1, storeCommand(HALF), true));
    for (let at = 0; at < 1_000_000; at += 50_000) {
      scu.send(pdu(P_DATA_TF, pdv(1, 0, dataset.subarray(at, at + 50_000))));
    }
    while ((await filesBelow(layout.temp)).length === 0) await new Promise(setImmediate); // some of it is on disk
    end(scu);
    const [ended] = await receiver.happened('association-ended');
    scu.socket.destroy();
    assert.deepEqual([ended?.how, ended?.instances, ended?.refused], [how, 1, 0]);
    assert.deepEqual(await filesBelow(layout.temp), []);
    assert.deepEqual(await filesBelow(layout.archive), [join('scp_1.2.3', `${WHOLE}.dcm`)]);

    const again = await RawScu.associate(receiver.port);
    assert.equal((await again.store(HALF, dataset)).Status, 0);
    await again.release();
    assert.equal((await filesBelow(layout.archive)).length, 2);
  });
}

test('an object whose sender closes its side behind the last byte is whole, and kept', async (t) => {
  const receiver = await startReceiver(t);
  const { layout } = receiver;
  const scu = await RawScu.associate(receiver.port);
  const dataset = encodeInstance({ pixels: Buffer.alloc(1_000_000, 'p') });
  scu.send(dataPdus(1, storeCommand(WHOLE), true), dataPdus(1, dataset, false));
  scu.socket.end();
  // The connection is over with either side of it (PS3.8 section 9.2, event 17): there may be nobody left to be told.
  const [ended] = await receiver.happened('association-ended');
  assert.deepEqual([ended?.how, ended?.instances, ended?.refused], ['lost', 1, 0]);
  assert.deepEqual(await filesBelow(layout.archive), [join('scp_1.2.3', `${WHOLE}.dcm`)]);
  assert.equal((await filesBelow(layout.arrived)).length, 2);
  assert.deepEqual(await filesBelow(layout.temp), []);
});

/** An instance as a file for DCMTK to send. */
async function makeFile(folder: string): Promise<string> {
  const path = join(folder, 'instance.dcm');
  await writePart10(path, {
    SOPClassUID: CT_IMAGE_STORAGE, SOPInstanceUID: WHOLE, StudyInstanceUID: '1.2.3', SeriesInstanceUID: '1.2.3.1',
    Modality: 'CT', PatientID: 'P1', PatientName: 'Doe^Jane',
  });
  return path;
}

test('what storescu sent before it aborts stays', async (t) => {
  if (!requirePeer(t, 'storescu')) return;
  const receiver = await startReceiver(t);
  const file = await makeFile(await temporaryFolder(t));
  await runPeer('storescu', ['--abort', '127.0.0.1', String(receiver.port), file]);
  const [ended] = await receiver.happened('association-ended');
  assert.deepEqual([ended?.how, ended?.instances], ['aborted', 1]);
  assert.deepEqual(await filesBelow(receiver.layout.archive), [join('scp_1.2.3', `${WHOLE}.dcm`)]);
});

test('storescu that shows a user identity stores, unless it insists on having it confirmed', async (t) => {
  if (!requirePeer(t, 'storescu')) return;
  const receiver = await startReceiver(t);
  const file = await makeFile(await temporaryFolder(t));
  const send = (...options: string[]) => runPeer('storescu', [...options, '127.0.0.1', String(receiver.port), file]);
  for (const options of [['-usr', 'jane'], ['-usr', 'jane', '-pwd', 'secret']]) {
    const { exitCode, output } = await send(...options);
    assert.equal(exitCode, 0, output);
  }
  const insisting = await send('-usr', 'jane', '-pwd', 'secret', '--pos-response');
  assert.notEqual(insisting.exitCode, 0);
  assert.match(insisting.output, /[Uu]ser [Ii]dentity/);
});
