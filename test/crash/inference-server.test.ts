// A core on an inference server, killed at each durable step of its executor.

import assert from 'node:assert/strict';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { readEvents } from '../../src/log/read-events.ts';
import { makeWay, tickUntil } from '../peers/inference-way.ts';
import { scan, theJob } from '../peers/ticks.ts';
import { requirePeer, runPeer, temporaryFolder } from '../rig/peers.ts';
import type { TestStation } from '../rig/station.ts';
import { compareLists } from './compare-lists.ts';
import { pathsBelow } from './data-tree.ts';
import { counted, generalize, isTemporary } from './kill-at-each-step.ts';
import { publishMatrix, type Row } from './matrix.ts';

/**
 * Of the steps that write the task record, three a write: the third write is that of the answer. Before it, only the
 * server knows.
 */
const BETWEEN_ANSWER_AND_RECORD = [6, 7];

test('killed at any step of its executor, a job is sent once where that can be known, and delivered once', async (t) => {
  if (!requirePeer(t, 'storescu')) return;
  const trace = join(await temporaryFolder(t), 'trace');
  const way = await makeWay(t, { core: { resubmit: true } });
  const { station, server, pacs } = way;
  server.follow({ ask: [{ status: 200, body: way.result }] });
  await scan(station);
  const folder = await temporaryFolder(t);
  const copy = async (from: string, to: string): Promise<void> => {
    const { exitCode, output } = await runPeer('sh', ['-c', 'rm -rf "$1" && cp -a "$0" "$1"', from, to]);
    assert.equal(exitCode, 0, output);
  };
  const data = station.layout.datadir;
  await copy(data, join(folder, 'kept'));
  await station.dts(['run-one-job', '--all'], { env: { DTS_FAILPOINT_TRACE: trace } });
  await tickUntil(station, 'forwarding');
  const steps = (await readFile(trace, 'utf8')).trim().split('\n');
  const ofExecutor = [...steps.entries()].filter(([, step]) => /inference-|returned/.test(step)).map(([index]) => index + 1);
  assert.ok(ofExecutor.length >= 15, steps.join('\n'));
  const ofRecord = ofExecutor.filter((number) => steps[number - 1]?.endsWith('inference-task.json') === true);
  const undisturbed = await eventsOf(station);
  const rows: Row[] = [];
  for (const number of ofExecutor) {
    await copy(join(folder, 'kept'), data);
    const [submitted, stored] = [server.of('submit').length, pacs.messages.length];
    const killed = await station.dts(['run-one-job', '--all'], { env: { DTS_FAILPOINT: String(number) } });
    const step = `${number}: ${steps[number - 1]}`;
    assert.equal(killed.signal, 'SIGKILL', step);
    const left = (await pathsBelow(data)).filter(isTemporary).map((path) => generalize({ datadir: data }, path));
    const toldByThen = (await eventsOf(station)).length;
    await tickUntil(station, 'forwarding');
    const told = await eventsOf(station);
    const { missing, extra } = compareLists(told, undisturbed);
    await station.dts(['forward']);
    await station.dts(['run-one-job', '--all']);
    assert.equal((await theJob(station)).state, 'done', step);
    assert.equal(pacs.messages.length - stored, 1, step);
    const sent = BETWEEN_ANSWER_AND_RECORD.includes(ofRecord.indexOf(number)) ? 2 : 1;
    assert.equal(server.of('submit').length - submitted, sent, step);
    const { JobId } = await theJob(station);
    const attempts = await readdir(station.job('done', JobId).attempts);
    assert.deepEqual(attempts, ['1'], step);
    assert.ok(!(await readdir(station.job('done', JobId).attemptFolder(1))).includes('inference-result'), step);
    rows.push({
      number, step: generalize({ datadir: data }, steps[number - 1]!), left: [...new Set(left)],
      recovery: counted(told.slice(toldByThen)),
      log: [...counted(missing).map((name) => `−${name}`), ...counted(extra).map((name) => `+${name}`)],
      sentTwice: 0, violations: [],
    });
  }
  publishMatrix('run-one-job, a core on an inference server that is sent again where that cannot be known', rows);
});

/** Names of what run-one-job has told the log. */
async function eventsOf({ layout }: TestStation): Promise<string[]> {
  const names: string[] = [];
  for await (const { event, command } of readEvents(layout)) if (command === 'run-one-job') names.push(event);
  return names;
}
