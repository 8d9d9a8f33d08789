// Eight senders send without a pause; the receiver is killed with SIGKILL at moments that nobody chose, and started
// again.
//
// DTS_SEED repeats the mixture of an earlier run and its moments, as far as the machine lets them be repeated;
// DTS_KILLS=n goes on for longer.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { makeRandom } from '../rig/random.ts';
import { makeStation } from '../rig/station.ts';
import { findBrokenPromises, findLeftovers } from './audit.ts';
import { KillableReceiver } from './killable-receiver.ts';
import { startLoad } from './load.ts';

const KILLS = Number(process.env['DTS_KILLS'] ?? 100);
const SEED = Number(process.env['DTS_SEED'] ?? Date.now() % 2 ** 31);
const SENDERS = 8;
const LONGEST_LIFE_MILLISECONDS = 400;
/** Of the kills, those that come before the receiver listens. */
const EARLY_SHARE = 0.1;
const LONGEST_START_MILLISECONDS = 150;

test(`what got Success survives ${KILLS} kills under load, the rest is there whole or not at all`, async (t) => {
  const station = await makeStation(t);
  const { layout } = station;
  const random = makeRandom(SEED);
  const load = startLoad(t, station, random, SENDERS);
  const { ledger } = load;
  const violations: string[] = [];
  let killsWhileWriting = 0;
  t.diagnostic(`DTS_SEED=${SEED}`);

  for (let kill = 1; kill <= KILLS && violations.length === 0; kill += 1) {
    const receiver = new KillableReceiver(t, station);
    if (random() < EARLY_SHARE) {
      await delay(random() * LONGEST_START_MILLISECONDS);
    } else {
      await receiver.listening();
      violations.push(...await findLeftovers(layout, receiver.pid));
      await delay(random() * LONGEST_LIFE_MILLISECONDS);
    }
    await receiver.kill('SIGKILL');
    if ((await findLeftovers(layout)).length > 0) killsWhileWriting += 1;
    violations.push(...await findBrokenPromises(layout, ledger, ledger.takeNews()));
  }

  violations.push(...await load.end());
  const { acknowledgements, sent, unanswered, cutOff, refusals } = ledger;
  t.diagnostic(`${acknowledgements.length} times Success for ${sent.size} datasets; no answer ${unanswered} times, `
    + `left off ${cutOff} times; ${killsWhileWriting} kills in the middle of an instance`);
  assert.deepEqual(violations, []);
  assert.deepEqual(refusals, [], 'nothing is refused');
  assert.ok(unanswered > KILLS / 2, 'kills came while instances were under way');
  assert.ok(killsWhileWriting > KILLS / 10, 'kills came while files were written');
});
