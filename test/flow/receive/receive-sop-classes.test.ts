// Which SOP Classes the station takes, from the proposal to the archive.

import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { test } from 'node:test';
import { STORAGE_SOP_CLASSES, VERIFICATION_SOP_CLASS } from '../../../src/dicom/sop-classes.ts';
import { acceptOf, contextsOf } from '../../network/associate-answer.ts';
import { requirePeer, runPeer } from '../../rig/peers.ts';
import { dataPdus, echoCommand, RawScu, storeCommand } from '../../rig/raw-scu.ts';
import { startReceiver } from '../../rig/receiver.ts';
import { encodeInstance } from '../encoded-instance.ts';
import { makeReceivingStation, scanAll, seriesDescriptionOf } from '../receiving-station.ts';

const SIEMENS_CSA_NON_IMAGE = '1.3.12.2.1107.5.9.1';
const UNKNOWN = '1.2.826.0.1.3680043.99.1';
const MAXIMUM_CONTEXTS = 128;

test('stores an instance of every Storage SOP Class there is, 128 classes an association', async (t) => {
  const { station, receiver } = await makeReceivingStation(t);
  const classes = [...STORAGE_SOP_CLASSES.keys()];
  assert.ok(classes.includes(SIEMENS_CSA_NON_IMAGE));
  for (let first = 0; first < classes.length; first += MAXIMUM_CONTEXTS) {
    const contexts = classes.slice(first, first + MAXIMUM_CONTEXTS)
      .map((abstractSyntax, index) => ({ id: 2 * index + 1, abstractSyntax }));
    const scu = await RawScu.associate(receiver.port, { contexts });
    for (const { id, abstractSyntax } of contexts) {
      const SOPInstanceUID = `1.2.3.1.${2 * first + id}`;
      const command = storeCommand(SOPInstanceUID, { AffectedSOPClassUID: abstractSyntax });
      const dataset = encodeInstance({ SOPClassUID: abstractSyntax, SOPInstanceUID });
      scu.send(dataPdus(id, command, true), dataPdus(id, dataset, false));
      const answer = await scu.next();
      assert.equal(answer.kind === 'command' && answer.command.Status, 0, abstractSyntax);
    }
    await scu.release();
  }
  await scanAll({ station });
  assert.equal((await seriesDescriptionOf(station, '1.2.3', '1.2.3.1')).NumFiles, classes.length);
});

test('stores an instance of a SOP Class that nobody knows where that is configured', async (t) => {
  for (const options of [{ sopClasses: [UNKNOWN] }, { acceptUnknownSOPClasses: true }]) {
    const receiver = await startReceiver(t, options);
    const scu = await RawScu.associate(receiver.port, { contexts: [{ id: 1, abstractSyntax: UNKNOWN }] });
    const dataset = encodeInstance({ SOPClassUID: UNKNOWN });
    assert.equal((await scu.store('1.2.3.1.1', dataset, { AffectedSOPClassUID: UNKNOWN })).Status, 0);
    await scu.release();
    assert.deepEqual(await readdir(receiver.layout.archivedStudy('1.2.3')), ['1.2.3.1.1.dcm']);
  }
});

test('an association without an acceptable context is accepted, so that the peer learns which are not', async (t) => {
  const receiver = await startReceiver(t);
  const contexts = [{ id: 3, abstractSyntax: UNKNOWN }, { id: 5, transferSyntaxes: [] }];
  const answers = contextsOf(await acceptOf(receiver, { contexts })).map(([id, result]) => [id, result]);
  assert.deepEqual(answers, [[3, 3], [5, 4]]);
  const scu = await RawScu.associate(receiver.port, { contexts });
  await scu.release();
});

test('always answers C-ECHO, be it asked in the first context or after 127 others', async (t) => {
  const receiver = await startReceiver(t);
  const contexts = Array.from({ length: MAXIMUM_CONTEXTS }, (_, index) =>
    ({ id: 2 * index + 1, abstractSyntax: index % 127 === 0 ? VERIFICATION_SOP_CLASS : UNKNOWN }));
  const scu = await RawScu.associate(receiver.port, { contexts });
  for (const id of [1, 255]) {
    scu.send(dataPdus(id, echoCommand(), true));
    const answer = await scu.next();
    assert.equal(answer.kind === 'command' && answer.command.Status, 0);
  }
});

test('echoscu is content with 128 contexts of 38 transfer syntaxes each', async (t) => {
  if (!requirePeer(t, 'echoscu')) return;
  const receiver = await startReceiver(t);
  const options = ['--propose-pc', '128', '--propose-ts', '38', '127.0.0.1', String(receiver.port)];
  const { exitCode, output } = await runPeer('echoscu', options);
  assert.equal(exitCode, 0, output);
});
