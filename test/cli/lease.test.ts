import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { test } from 'node:test';
import { deliveryLease } from '../../src/flow/delivery/find-destination.ts';
import { jobLease } from '../../src/flow/job/advance-job.ts';
import { withLease } from '../../src/spool/lease.ts';
import { makeStation } from '../rig/station.ts';
import { busyFiles, makeBusyStation, receiveStudy } from './busy-station.ts';

test('scan-arrived ends with 0 and leaves the arrival alone while another run is at it', async (t) => {
  const station = await makeStation(t, await busyFiles());
  await receiveStudy(t, station);
  const marks = await readdir(station.layout.arrived);
  const [scanned, told] = await withLease(station.layout, 'scan-arrived', async () => {
    return [await station.dts(['scan-arrived']), await station.dts(['scan-arrived', '-v'])];
  }) as [Awaited<ReturnType<typeof station.dts>>, Awaited<ReturnType<typeof station.dts>>];
  assert.deepEqual([scanned.status, scanned.stdout, scanned.stderr], [0, '', '']);
  assert.match(told.stderr, /another run is at it/);
  assert.deepEqual(await readdir(station.layout.arrived), marks);
});

test('run-one-job and forward end with 0, and changes by hand with 75, while another run is at it', async (t) => {
  const { station, relayed, delivery } = await makeBusyStation(t);
  const lines: [words: string[], status: number][] = [
    [['run-one-job', '--all'], 0], [['run-one-job', relayed], 0], [['forward'], 0],
    [['jobs', 'cancel', relayed], 75], [['deliveries', 'hold', delivery], 75],
  ];
  await withLease(station.layout, jobLease(relayed), () => {
    return withLease(station.layout, deliveryLease(delivery), async () => {
      for (const [words, expected] of lines) {
        const { status, stderr } = await station.dts(words);
        assert.equal(status, expected, words.join(' '));
        assert.equal(stderr === '', expected === 0, stderr);
      }
    });
  });
  assert.deepEqual(await readdir(station.layout.jobsIn('forwarding')), [relayed]);
  assert.deepEqual(await readdir(station.layout.deliveriesIn('pending')), [delivery]);
});
