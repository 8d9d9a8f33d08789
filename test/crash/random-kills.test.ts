// All four commands under load, started again and again as cron would, and killed at moments that nobody chose. When
// the killing ends, what is under way comes to rest, and the invariants must hold as if nothing had happened.
//
// DTS_CRASH_SEED repeats the moments of an earlier run as far as the machine lets them be repeated, DTS_CRASH_SECONDS
// goes on for longer.

import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { test, type TestContext } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { makeRandom } from '../rig/random.ts';
import { makeCrashStation, type CrashStation } from './crash-station.ts';
import { countSentTwice, findViolations } from './invariants.ts';
import { receiveAll, sendOnce } from './send-studies.ts';
import type { SentInstance } from './studies.ts';

const SECONDS = Number(process.env['DTS_CRASH_SECONDS'] ?? 30);
const SEED = Number(process.env['DTS_CRASH_SEED'] ?? 20261120);
const STUDIES_PER_SECOND = 3;
/** Nobody listens while the receiver is started anew. */
const TRY_AGAIN_MILLISECONDS = 50;

/** The commands as cron would run them, and the longest that each may live. */
const COMMANDS = [
  { words: ['receive'], longestMilliseconds: 4000 },
  { words: ['scan-arrived', '--for', '5s', '--every', '100ms'], longestMilliseconds: 2500 },
  { words: ['run-one-job', '--all', '--for', '5s', '--every', '100ms'], longestMilliseconds: 2500 },
  { words: ['forward', '--for', '5s', '--every', '100ms'], longestMilliseconds: 2500 },
] as const;

/** Long enough for Node.js to have started, mostly. */
const SHORTEST_MILLISECONDS = 100;

test(`nothing is lost or doubled while all commands are killed at random for ${SECONDS} s`, async (t) => {
  const studies = SECONDS * STUDIES_PER_SECOND;
  const crash = await makeCrashStation(t, { streams: ['Core', 'Relay', 'Note'], studies });
  await crash.keep();
  await crash.restore();
  const random = makeRandom(SEED);
  const until = Date.now() + SECONDS * 1000;

  const killings = COMMANDS.map((command) => keepKilling(t, crash, command, random, until));
  const sent = await sendStudies(crash, until);
  const [receive = 0, scan = 0, run = 0, forward = 0] = await Promise.all(killings);
  await receiveAll(t, crash.station, sent.unanswered);
  await crash.settle();

  const acknowledged = [...sent.acknowledged, ...sent.unanswered];
  const kills = receive + scan + run + forward;
  const twice = await countSentTwice(crash);
  t.diagnostic(`seed ${SEED}: ${acknowledged.length} instances; killed: receive ${receive}, scan-arrived ${scan}, `
    + `run-one-job ${run}, forward ${forward}; ${twice} instances reached a destination again`);
  assert.deepEqual(await findViolations(crash, {
    acknowledged, kills, lostAnswers: forward, actionsCutOff: scan, manyArrivals: true, killedAnywhere: true,
  }), []);
  const fewest = Math.min(receive, scan, run, forward);
  assert.ok(fewest > SECONDS / 10, `only ${fewest} kills of a command`);
});

/** Starts a command and kills it, over and over. One that ends by itself must end well. @returns how many kills */
async function keepKilling(
  t: TestContext, crash: CrashStation, { words, longestMilliseconds }: (typeof COMMANDS)[number],
  random: () => number, until: number,
): Promise<number> {
  let kills = 0;
  while (Date.now() < until) {
    const child = crash.station.start(t, words, { stdio: ['ignore', 'ignore', 'pipe'] });
    let stderr = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => { stderr += text; });
    const lives = SHORTEST_MILLISECONDS + random() * (longestMilliseconds - SHORTEST_MILLISECONDS);
    const [status, signal] = await endedOrKilled(child, lives);
    if (signal === 'SIGKILL') kills += 1;
    else assert.ok(status === 0 || status === 75, `${words[0]}: ${status} ${stderr}`);
  }
  return kills;
}

async function endedOrKilled(
  child: ChildProcess, milliseconds: number,
): Promise<[status: number | null, signal: NodeJS.Signals | null]> {
  const death = setTimeout(() => { child.kill('SIGKILL'); }, milliseconds);
  const ended = await once(child, 'close') as [number | null, NodeJS.Signals | null];
  clearTimeout(death);
  return ended;
}

/** Sends studies at an even pace, each until all of it is answered, until the time is up. */
async function sendStudies(
  crash: CrashStation, until: number,
): Promise<{ readonly acknowledged: readonly SentInstance[]; readonly unanswered: readonly SentInstance[] }> {
  const acknowledged: SentInstance[] = [];
  const begun = Date.now();
  for (const [index, { instances }] of crash.studies.entries()) {
    await delay(begun + (index * 1000) / STUDIES_PER_SECOND - Date.now());
    let rest: readonly SentInstance[] = instances;
    while (rest.length > 0) {
      if (Date.now() > until) return { acknowledged, unanswered: rest };
      const answered = await sendOnce(crash.station, rest);
      acknowledged.push(...answered);
      rest = rest.slice(answered.length);
      if (answered.length === 0) await delay(TRY_AGAIN_MILLISECONDS);
    }
  }
  return { acknowledged, unanswered: [] };
}
