// A destination that did not work is asked by C-ECHO before a study is thrown at it again.

import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { VERIFICATION_SOP_CLASS } from '../../src/dicom/sop-classes.ts';
import type { Clock } from '../../src/job/job.ts';
import { freePort, requirePeer, temporaryFolder } from '../rig/peers.ts';
import { startScriptedScp, type Script, type ScriptedScp } from '../rig/scripted-scp.ts';
import type { TestStation } from '../rig/station.ts';
import { forward, forwardUntilDone, listDeliveries, makeRelay, openDoor, SOPInstanceUIDsOf } from './relay-station.ts';
import { writeSmallStudy } from './small-study.ts';
import { readJson, runJobs, scan, sendTo } from './ticks.ts';

/** A station with three deliveries to a port at which nobody listens, of which the first was tried. */
async function makeThreeForNobody(t: TestContext, port: number): Promise<TestStation> {
  const { station } = await makeRelay(t, [{ PORT: port, retry: { firstSeconds: 1, multiplier: 1, maxSeconds: 1 } }]);
  for (let count = 0; count < 2; count += 1) {
    const study = await writeSmallStudy(await temporaryFolder(t));
    await sendTo(station, [study.folder]);
    await scan(station);
    await runJobs(station);
  }
  assert.equal(await forward(station), 75);
  assert.deepEqual((await readClocks(station)).map((clock) => clock?.failedTries), [1, undefined, undefined]);
  return station;
}

async function readClocks(station: TestStation): Promise<(Clock | undefined)[]> {
  const ids = (await listDeliveries(station)).map(({ DeliveryId }) => DeliveryId);
  return (await readJson<{ clock?: Clock }[]>(station, ['deliveries', 'show', ...ids])).map(({ clock }) => clock);
}

/** Lets a scripted destination listen at that port. */
async function startAt(t: TestContext, port: number, script: Script = {}): Promise<ScriptedScp> {
  const pacs = await startScriptedScp(t, script);
  await openDoor(t, port, pacs.port);
  return pacs;
}

test('one question answers for all that is due at a destination that is still away', async (t) => {
  if (!requirePeer(t, 'storescu')) return;
  const station = await makeThreeForNobody(t, await freePort());
  assert.equal(await forward(station), 75);
  for (const clock of (await readClocks(station)).slice(1)) {
    assert.equal(clock?.last.reason, 'peer-unreachable');
    assert.equal(clock.failedTries, 1);
  }
});

test('a destination that is back is asked once, and gets everything then', async (t) => {
  if (!requirePeer(t, 'storescu')) return;
  const port = await freePort();
  const station = await makeThreeForNobody(t, port);
  const pacs = await startAt(t, port);
  await forwardUntilDone(station);
  const [asked, ...sent] = pacs.associations;
  assert.deepEqual(asked?.map(({ SOPClassUID }) => SOPClassUID), [VERIFICATION_SOP_CLASS]);
  assert.equal(sent.length, 3);
  assert.ok(sent.flat().every(({ SOPClassUID }) => SOPClassUID !== VERIFICATION_SOP_CLASS));
});

test('a destination that does not verify counts as there', async (t) => {
  if (!requirePeer(t, 'storescu')) return;
  const port = await freePort();
  const station = await makeThreeForNobody(t, port);
  const pacs = await startAt(t, port, {
    answerContext: ({ SOPClassUID, TransferSyntaxUIDs: [TransferSyntaxUID = ''] }) => {
      return { result: SOPClassUID === VERIFICATION_SOP_CLASS ? 3 : 0, TransferSyntaxUID };
    },
  });
  await forwardUntilDone(station);
  assert.equal(SOPInstanceUIDsOf(pacs.messages).length, 6);
});

test('one that aborts whoever only asks counts as there', async (t) => {
  if (!requirePeer(t, 'storescu')) return;
  const port = await freePort();
  const station = await makeThreeForNobody(t, port);
  const pacs = await startAt(t, port, { abortsOn: ({ SOPClassUID }) => SOPClassUID === VERIFICATION_SOP_CLASS });
  await forwardUntilDone(station);
  assert.equal(SOPInstanceUIDsOf(pacs.messages).length, 6);
});
