import assert from 'node:assert/strict';
import { test } from 'node:test';
import { freePort, requirePeer, startOrthanc, startStorescp } from '../rig/peers.ts';
import { startScriptedScp, startTcpServer } from '../rig/scripted-scp.ts';
import { echo } from '../../src/network/echo-scu.ts';
import { peerAt } from './instances.ts';

test('storescp and Orthanc echo', async (t) => {
  if (!requirePeer(t, 'storescp', 'Orthanc')) return;
  for (const { port } of [await startStorescp(t), await startOrthanc(t)]) {
    const echoed = await echo(peerAt(port));
    assert.ok('echoed' in echoed, JSON.stringify(echoed));
    assert.ok(echoed.milliseconds > 0 && echoed.milliseconds < 5000);
  }
});

test('a C-ECHO carries no dataset and ends with a release', async (t) => {
  const scp = await startScriptedScp(t);
  assert.ok('echoed' in await echo(peerAt(scp.port)));
  await scp.idle();
  assert.equal(scp.aborts(), 0);
  assert.equal(scp.messages.length, 1);
  const { CommandField, CommandDataSetType, AffectedSOPClassUID, MessageID } = scp.messages[0]?.command ?? {};
  assert.deepEqual([CommandField, CommandDataSetType, AffectedSOPClassUID, MessageID],
    [0x0030, 0x0101, '1.2.840.10008.1.1', 1]);
});

test('a peer that does not verify, or answers with another status, is a failure', async (t) => {
  const refusing = await startScriptedScp(t, { answerContext: () => ({ result: 3, TransferSyntaxUID: '' }) });
  assert.deepEqual(await echo(peerAt(refusing.port)),
    { reason: 'context-refused', SOPClassUID: '1.2.840.10008.1.1', TransferSyntaxUID: '1.2.840.10008.1.2' });
  const failing = await startScriptedScp(t, { respond: () => ({ Status: 0x0122 }) });
  assert.deepEqual(await echo(peerAt(failing.port)),
    { reason: 'peer-rejected', permanent: true, text: 'answered C-ECHO 0x0122 (refused: SOP class not supported)' });
});

test('a peer that is absent or silent is said to be', async (t) => {
  const absent = await echo(peerAt(await freePort()));
  assert.ok('reason' in absent && absent.reason === 'peer-unreachable');
  const silent = await startTcpServer(t, () => {});
  const silence = { reason: 'peer-silent', seconds: 0.1 };
  assert.deepEqual(await echo(peerAt(silent.port, { associationSeconds: 0.1 })), silence);
  const mute = await startScriptedScp(t, { respond: () => undefined });
  assert.deepEqual(await echo(peerAt(mute.port, { responseSeconds: 0.1 })), silence);
});

test('a name that does not exist is unreachable', async () => {
  const unknown = await echo({ ...peerAt(104), address: 'pacs.invalid' });
  assert.ok('reason' in unknown && unknown.reason === 'peer-unreachable');
  assert.equal(unknown.address, 'pacs.invalid:104');
});
