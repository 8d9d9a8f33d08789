// receive, killed at each step while a study comes in, one of its instances twice and one in two versions.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { formatMarkName } from '../../src/spool/mark-name.ts';
import { temporaryFolder } from '../rig/peers.ts';
import { makeCrashStation, type CrashStation } from './crash-station.ts';
import { pathsBelow } from './data-tree.ts';
import { killAtEachStep } from './kill-at-each-step.ts';
import { listens, receiveAll, sendOnce, startReceiver } from './send-studies.ts';
import { hashOfDataset, writeSmallInstance, type SentInstance } from './studies.ts';

test('what got Success is kept and marked, wherever receive is killed; the rest can be sent again', async (t) => {
  const crash = await makeCrashStation(t, { streams: ['Relay'] });
  const { StudyInstanceUID, instances } = crash.studies[0]!;
  const otherVersion = await writeSmallInstance(await temporaryFolder(t), StudyInstanceUID, 1, 2, ' changed');
  const toSend = [...instances, instances[0]!, otherVersion];
  let acknowledged: readonly SentInstance[] = [];
  await crash.keep();

  await killAtEachStep(crash, {
    command: 'receive',
    leastSteps: 20,
    isInOrder: false,
    acknowledged: [...instances, otherVersion],
    async run(env) {
      const receiver = startReceiver(t, crash.station, env);
      acknowledged = await listens(crash.station, receiver) ? await sendOnce(crash.station, toSend) : [];
      receiver.child.kill('SIGTERM');
      return receiver.ended;
    },
    async whenDead() {
      const violations = await findUnkept(crash, acknowledged, toSend);
      await receiveAll(t, crash.station, toSend.slice(acknowledged.length));
      return violations;
    },
  });
});

/** What was promised by Success and is not there, and what is there and is not whole. */
async function findUnkept(
  { station: { layout } }: CrashStation, acknowledged: readonly SentInstance[], sent: readonly SentInstance[],
): Promise<string[]> {
  const files = (await pathsBelow(layout.archive)).filter((path) => path.endsWith('.dcm'));
  const kept = await Promise.all(files.map((path) => hashOfDataset(join(layout.archive, path))));
  const violations = kept.filter((hash) => !sent.some(({ datasetHash }) => hash === datasetHash))
    .map((hash) => `partial: ${hash}`);
  for (const { StudyInstanceUID, SOPInstanceUID, datasetHash } of acknowledged) {
    const SeriesInstanceUID = SOPInstanceUID.slice(0, SOPInstanceUID.lastIndexOf('.'));
    const sender = { callingAETitle: 'SENDER', calledAETitle: 'DTS', address: '127.0.0.1', StudyInstanceUID };
    const marks = [formatMarkName(sender), formatMarkName({ ...sender, SeriesInstanceUID })];
    const isMarked = marks.every((name) => existsSync(layout.mark(name)));
    if (!kept.includes(datasetHash)) violations.push(`acknowledged and lost: ${SOPInstanceUID}`);
    if (!isMarked) violations.push(`acknowledged and not marked: ${SOPInstanceUID}`);
  }
  return violations;
}
