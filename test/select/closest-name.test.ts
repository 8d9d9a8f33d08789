import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findClosestName } from '../../src/select/closest-name.ts';

test('finds the nearest name, the first of equally near ones, and none that is far', () => {
  const names = ['Modality', 'EchoTime', 'EchoTimes', 'Rows'];
  const cases: [name: string, closest: string | undefined][] = [
    ['modality', 'Modality'], ['Modalty', 'Modality'], ['Modaltiy', 'Modality'], ['MODALTIES', undefined],
    ['EchoTimez', 'EchoTime'], ['echotimes', 'EchoTimes'], ['Row', 'Rows'], ['Raws', 'Rows'],
    ['Cols', undefined], ['', undefined],
  ];
  for (const [name, closest] of cases) assert.equal(findClosestName(name, names), closest, name);
});
