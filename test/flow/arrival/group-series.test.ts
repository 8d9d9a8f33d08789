import assert from 'node:assert/strict';
import { test } from 'node:test';
import { groupSeries, type InstancePlace } from '../../../src/flow/arrival/group-series.ts';

const LAST = Number.MAX_SAFE_INTEGER;

function instance(SeriesInstanceUID: string, SeriesNumber: number, InstanceNumber: number, UID: string): InstancePlace {
  return { StudyInstanceUID: '1', SeriesInstanceUID, SeriesNumber, SOPInstanceUID: UID, InstanceNumber };
}

test('series stand by their number, instances by theirs, and by UID where numbers are the same', () => {
  const found = groupSeries([
    instance('1.9', 2, 1, 'a'), instance('1.10', 2, LAST, 'c'), instance('1.8', 3, 1, 'b'), instance('1.10', 2, 2, 'e'),
    instance('1.10', 2, 2, 'd'), instance('1.8', 1, 7, 'f'),
  ]);
  assert.deepEqual(found.map(({ SeriesInstanceUID, instances }) => {
    return `${SeriesInstanceUID}: ${instances.map(({ SOPInstanceUID }) => SOPInstanceUID).join(' ')}`;
  }), ['1.10: d e c', '1.9: a', '1.8: b f']);
});

test('no instances are no series', () => {
  assert.deepEqual(groupSeries([]), []);
});
