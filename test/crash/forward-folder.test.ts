// forward, killed at each step while it puts a study into a lab's folders: one series into a folder that is there and
// holds something, the other into a new one.

import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { listDeliveryIds } from '../../src/spool/delivery-store.ts';
import { compareLists } from './compare-lists.ts';
import { makeCrashStation, type CrashStation } from './crash-station.ts';
import { pathsBelow } from './data-tree.ts';
import { killAtEachStep } from './kill-at-each-step.ts';
import { receiveAll } from './send-studies.ts';
import { hashOfDataset, type SentInstance } from './studies.ts';

const PATIENT = 'CRASH';
const NOTES = 'notes of the lab';

test('a study lies in its folders once, whole and told of, wherever forward is killed', async (t) => {
  const crash = await makeCrashStation(t, { streams: ['RelayToLab'] });
  const acknowledged = await makeDue(t, crash);
  const [{ StudyInstanceUID, SeriesInstanceUIDs }] = [crash.studies[0]!];
  const series = join(PATIENT, StudyInstanceUID, SeriesInstanceUIDs[0]!);
  await mkdir(join(crash.lab, series), { recursive: true });
  const notes = join(series, 'notes.txt');
  await writeFile(join(crash.lab, notes), NOTES);
  await crash.keep();
  await killAtEachStep(crash, {
    command: 'forward',
    title: 'forward, to a folder',
    leastSteps: 22, // four copies, their places, two descriptions, two marks that all is there, four answers
    acknowledged,
    isInOrder: false, // only as far as the last step
    lastStep: /^remove-tree outbox/, // what comes behind it is killed where a study is sent
    run: (env) => crash.station.dts(['forward'], { env }),
    whenDead: () => findHalf(crash, acknowledged),
    async whenAtRest() {
      assert.equal(await readFile(join(crash.lab, notes), 'utf8'), NOTES);
      return findWrong(crash, acknowledged, [notes]);
    },
  });
});

async function makeDue(t: TestContext, crash: CrashStation): Promise<readonly SentInstance[]> {
  const { instances } = crash.studies[0]!;
  await receiveAll(t, crash.station, instances);
  await crash.tick('scan-arrived');
  while ((await listDeliveryIds(crash.station.layout, 'pending')).length === 0) await crash.tick('run-one-job', '--all');
  return instances;
}

/** Whoever looks at any time finds nothing half: every file has the dataset of its instance. */
async function findHalf(crash: CrashStation, sent: readonly SentInstance[]): Promise<string[]> {
  const visible = (await pathsBelow(crash.lab)).filter((path) => /^[^.].*\.dcm$/.test(path));
  const whole = new Set(sent.map(({ datasetHash }) => datasetHash));
  const half: string[] = [];
  for (const path of visible) if (!whole.has(await hashOfDataset(join(crash.lab, path)))) half.push(`half: ${path}`);
  return half;
}

/** @param others files of the lab's own */
async function findWrong(
  crash: CrashStation, sent: readonly SentInstance[], others: readonly string[],
): Promise<string[]> {
  const wrong: string[] = [];
  const wanted = new Set(others);
  for (const { SOPInstanceUID, StudyInstanceUID, datasetHash } of sent) {
    const SeriesInstanceUID = SOPInstanceUID.slice(0, SOPInstanceUID.lastIndexOf('.'));
    const number = SOPInstanceUID.slice(SOPInstanceUID.lastIndexOf('.') + 1);
    const folder = join(PATIENT, StudyInstanceUID, SeriesInstanceUID);
    const file = join(folder, `000${number}.dcm`);
    for (const path of [file, join(folder, `${SeriesInstanceUID}.json`), join(folder, '.ready')]) wanted.add(path);
    if (await hashOfDataset(join(crash.lab, file)) !== datasetHash) wrong.push(`${file} holds something else`);
    const sidecar = JSON.parse(await readFile(join(crash.lab, folder, `${SeriesInstanceUID}.json`), 'utf8'));
    const ready = JSON.parse(await readFile(join(crash.lab, folder, '.ready'), 'utf8'));
    if (sidecar.NumFiles !== 2 || ready.instances !== 2) wrong.push(`${folder} is told of as something else`);
  }
  const files = (await pathsBelow(crash.lab)).filter((path) => /\.(dcm|json|txt)$|\.ready$/.test(path) || path.startsWith('.'));
  const { missing, extra } = compareLists(files, [...wanted]);
  return [...wrong, ...missing.map((path) => `lab: missing ${path}`), ...extra.map((path) => `lab: too many: ${path}`)];
}
