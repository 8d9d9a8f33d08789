// A data directory that is full, and has room again: a file system of 32 MB, made for the test.

import assert from 'node:assert/strict';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { createUID } from '../../src/dicom/new-uid.ts';
import { readEvents } from '../../src/log/read-events.ts';
import { requirePeer, runPeer, temporaryFolder } from '../rig/peers.ts';
import { startScriptedScp } from '../rig/scripted-scp.ts';
import { withSmallDisk } from '../rig/small-disk.ts';
import { makeStation, type TestStation } from '../rig/station.ts';
import { writeImage, writeSmallStudy } from './small-study.ts';
import { advanceAll, listJobs, runJobs, scan, sendTo, showJob, theJob, until } from './ticks.ts';

const MEGABYTE = 1024 * 1024;

/** A study of `count` images of half a megabyte. @returns its folder */
async function writeLargeStudy(t: TestContext, count: number): Promise<string> {
  const folder = await temporaryFolder(t);
  const study = { StudyInstanceUID: createUID(), SeriesInstanceUID: createUID(), PatientID: 'P-1' };
  for (let InstanceNumber = 1; InstanceNumber <= count; InstanceNumber += 1) {
    await writeImage(join(folder, `${InstanceNumber}.dcm`), {
      ...study, SOPInstanceUID: createUID(), InstanceNumber, Rows: 512, Columns: 512,
      PixelData: Buffer.alloc(MEGABYTE / 2, 7),
    });
  }
  return folder;
}

test('a disk that fills up answers A700, keeps no part of an instance, and takes all when it has room', async (t) => {
  if (!requirePeer(t, 'storescu', 'echoscu')) return;
  const pacs = await startScriptedScp(t);
  const destination = [{ AETitle: 'PACS', IP: '127.0.0.1', PORT: pacs.port }];
  const config = { Streams: [{ name: 'Relay', trigger: { AETitleCalled: '.*' }, destination }] };
  const station = await makeStation(t, { config });
  await withSmallDisk(t, station.layout.datadir, {}, async (inner, disk) => {
    await station.startReceiver(inner);
    const ballast = await disk.fill(1.5 * MEGABYTE);
    const folder = await writeLargeStudy(inner, 6);
    const words = ['-v', '+sd', '--no-halt', '-aec', 'AICORE1', '127.0.0.1', String(station.port), folder];
    const sent = await runPeer('storescu', words);
    const refused = sent.output.match(/Received Store Response \(Refused: OutOfResources\)/g)?.length ?? 0;
    const stored = sent.output.match(/Received Store Response \(Success\)/g)?.length ?? 0;
    assert.ok(refused > 0 && stored > 0, sent.output);
    assert.equal(refused + stored, 6);
    assert.deepEqual(await readdir(station.layout.temp), []);
    const statuses: number[] = [];
    for await (const event of readEvents(station.layout)) {
      if (event.event === 'instance-refused') statuses.push(event.status);
    }
    assert.deepEqual([...new Set(statuses)], [0xa700]);
    assert.equal((await archived(station)).length, stored);

    await rm(ballast);
    assert.equal((await runPeer('storescu', words)).exitCode, 0);
    assert.equal((await archived(station)).length, 6);
    await advanceAll(station);
    assert.equal(pacs.messages.length, 6);
    assert.deepEqual((await listJobs(station)).map(({ state }) => state), ['done']);
  });
});

test('below the limits nothing new is begun but state is written, and all goes on when there is room', async (t) => {
  if (!requirePeer(t, 'storescu', 'echoscu')) return;
  const limits = { minFreeBytes: 6 * MEGABYTE, minFreePercent: 0 };
  const config = { limits, Streams: [{ name: 'Core', trigger: { AETitleCalled: '.*' } }] };
  const core = { executor: 'process', command: ['/bin/sh', '-c', 'echo [] > "$1"', 'core', '{output_json}'] };
  const station = await makeStation(t, { config, receiver: { limits }, statements: { Core: core } });
  await withSmallDisk(t, station.layout.datadir, {}, async (inner, disk) => {
    await station.startReceiver(inner);
    await sendTo(station, [(await writeSmallStudy(await temporaryFolder(inner))).folder]);
    await scan(station);
    const ballast = await disk.fill(4 * MEGABYTE);

    const { JobId } = await theJob(station);
    const postponed = await station.dts(['run-one-job', '--all']);
    assert.equal(postponed.status, 75);
    const { state, clock } = await showJob(station, JobId);
    assert.deepEqual([state, clock?.last.reason], ['pending', 'space-short']);
    const status = await station.dts(['status']);
    assert.equal(status.status, 65);
    assert.match(status.stdout, /too little/);
    const next = await writeSmallStudy(join(await temporaryFolder(inner), 'next'));
    const address = ['127.0.0.1', String(station.port)];
    const rejected = await runPeer('storescu', ['-v', '+sd', ...address, next.folder]);
    assert.match(rejected.output, /Rejected Transient/);
    assert.equal((await station.dts(['jobs', 'hold', JobId])).status, 0);
    assert.equal((await station.dts(['jobs', 'release', JobId])).status, 0);

    await rm(ballast);
    // The receiver looks at its room once a second.
    await until('association', async () => (await runPeer('echoscu', address)).exitCode === 0);
    await sendTo(station, [next.folder]);
    await scan(station);
    await runJobs(station);
    assert.deepEqual((await listJobs(station)).map((job) => job.state), ['done', 'done']);
    assert.equal((await station.dts(['status'])).status, 0);
  });
});

async function archived({ layout }: TestStation): Promise<string[]> {
  const studies = await readdir(layout.archive);
  return (await Promise.all(studies.map((study) => readdir(join(layout.archive, study))))).flat();
}
