import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deliveryId, jobId } from '../../src/job/job-id.ts';
import { formatStamp, parseStamp } from '../../src/job/stamp.ts';

const ARRIVED = new Date('2026-11-20T08:15:30.123Z');
const HOSTILE = [
  '', '.', '..', '../../etc/passwd', 'a/b', 'a b', 'a\nb', 'a\0b', '-rf', 'Ø'.repeat(300), '😀', '$(id)', '%2e',
];

test('an id is made of arrival time, stream and a hash, and is the same whenever it is made', () => {
  const id = jobId(ARRIVED, 'AICore', 'CT DTS 10.0.0.1 scp_1.2.3\n');
  assert.equal(id, '20261120T081530123Z-AICore-fa2c89bb');
  assert.equal(jobId(new Date(ARRIVED), 'AICore', 'CT DTS 10.0.0.1 scp_1.2.3\n'), id);
});

test('another time, stream or cause makes another id', () => {
  const ids = [
    jobId(ARRIVED, 'AI', 'x'), jobId(new Date(ARRIVED.getTime() + 1), 'AI', 'x'), jobId(ARRIVED, 'AJ', 'x'),
    jobId(ARRIVED, 'AI', 'y'), jobId(ARRIVED, 'A I', 'x'), jobId(ARRIVED, 'A_I', 'x'), jobId(ARRIVED, 'AI', ''),
    jobId(ARRIVED, `${'A'.repeat(60)}1`, 'x'), jobId(ARRIVED, `${'A'.repeat(60)}2`, 'x'),
  ];
  assert.equal(new Set(ids).size, ids.length);
});

test('ids sort by arrival', () => {
  const times = ['2026-11-20T08:15:30.999Z', '2026-11-20T08:15:31.000Z', '2026-11-20T10:00:00.000Z'];
  const ids = times.map((time, index) => jobId(new Date(time), 'zyx'[index] ?? '', ''));
  assert.deepEqual(ids.toSorted(), ids);
});

test('whatever a stream or destination is called, ids are names of files and containers', () => {
  for (const name of HOSTILE) {
    const JobId = jobId(ARRIVED, name, name);
    const DeliveryId = deliveryId(JobId, name);
    assert.match(JobId, /^20261120T081530123Z-[A-Za-z0-9_]{0,48}-[0-9a-f]{8}$/, name);
    assert.match(DeliveryId, /^20261120T081530123Z(?:-[A-Za-z0-9_]{0,48}-[0-9a-f]{8}){2}$/, name);
    assert.ok(DeliveryId.length < 200);
  }
  assert.equal(new Set(HOSTILE.map((name) => jobId(ARRIVED, name, ''))).size, HOSTILE.length);
  assert.equal(new Set(HOSTILE.map((name) => deliveryId('J', name))).size, HOSTILE.length);
});

test('a stamp is read back to the millisecond, and what is none is nothing', () => {
  for (const time of ['2026-11-20T08:15:30.123Z', '1970-01-01T00:00:00.000Z', '2028-02-29T23:59:59.999Z']) {
    assert.equal(parseStamp(formatStamp(new Date(time)))?.toISOString(), time);
  }
  const none = [
    '', '20261120T081530Z', '20261320T081530123Z', '20261120T251530123Z', '20261120T081530123', ' 20261120T081530123Z',
    '20261120T081530123Z ', '20261120T081530123Z-x', '٢٠٢٦1120T081530123Z',
  ];
  for (const text of none) assert.equal(parseStamp(text), undefined, text);
});

test('a day that the month does not have is no stamp', () => {
  assert.equal(parseStamp('20270229T081530123Z'), undefined);
});
