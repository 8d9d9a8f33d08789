import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Stream } from '../../src/config/configuration.ts';
import { matchStreams } from '../../src/flow/match-streams.ts';

const ARRIVAL = { callingAETitle: 'CT_ROOM 1', calledAETitle: 'AICORE1', address: '10.1.2.3' };

function makeStream(name: string, trigger: Partial<Stream['trigger']>, enabled = true): Stream {
  return {
    name, enabled, description: '', priority: 'normal', cores: [], studyActions: [], seriesActions: [], destinations: [], steering: [],
    onIncomplete: 'proceed', lateArrivals: 'new-job',
    trigger: { AETitleCalled: '.*', AETitleCaller: '.*', CallerIP: [], match: [], exclude: [], ...trigger },
  };
}

const matches = (trigger: Partial<Stream['trigger']>): boolean | undefined =>
  matchStreams([makeStream('S', trigger)], ARRIVAL)[0]?.matched;

test('a pattern is tried from the start of the title, not to its end', () => {
  assert.equal(matches({ AETitleCalled: 'AICORE' }), true);
  assert.equal(matches({ AETitleCalled: '^AICORE1$' }), true);
  assert.equal(matches({ AETitleCalled: 'CORE' }), false);
  assert.equal(matches({ AETitleCalled: '.*CORE' }), true);
  assert.equal(matches({ AETitleCalled: 'aicore' }), false);
  assert.equal(matches({ AETitleCalled: 'PACS|CORE' }), false);
  assert.equal(matches({ AETitleCalled: '' }), true);
});

test('called and calling title must both fit', () => {
  assert.equal(matches({ AETitleCalled: 'AI', AETitleCaller: 'CT_ROOM \\d$' }), true);
  assert.equal(matches({ AETitleCalled: 'AI', AETitleCaller: 'MR' }), false);
  assert.equal(matches({ AETitleCalled: 'MR', AETitleCaller: 'CT' }), false);
});

test('streams come back in the order of the configuration, each with every condition and how it came out', () => {
  const streams = [makeStream('B', { AETitleCaller: 'MR' }), makeStream('A', {}, false), makeStream('C', {})];
  const found = matchStreams(streams, ARRIVAL);
  const outcomes = found.map(({ stream, matched }) => [stream.name, matched]);
  assert.deepEqual(outcomes, [['B', false], ['A', false], ['C', true]]);
  assert.deepEqual(found[0]?.conditions, [
    { condition: 'enabled', wanted: 'true', found: 'true', holds: true },
    { condition: 'AETitleCalled', wanted: '.*', found: 'AICORE1', holds: true },
    { condition: 'AETitleCaller', wanted: 'MR', found: 'CT_ROOM 1', holds: false },
  ]);
  assert.equal(found[1]?.conditions[0]?.holds, false);
});

test('a pattern that does not compile wants nothing', () => {
  assert.equal(matches({ AETitleCalled: '(' }), false);
});

test('titles full of odd characters are only ever text', () => {
  const odd = { callingAETitle: '.*', calledAETitle: 'A\nICORE1', address: '10.0.0.1' };
  assert.equal(matchStreams([makeStream('S', { AETitleCaller: 'CT' })], odd)[0]?.matched, false);
  assert.equal(matchStreams([makeStream('S', { AETitleCalled: 'AICORE1' })], odd)[0]?.matched, false);
});
