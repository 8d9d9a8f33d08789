import assert from 'node:assert/strict';
import { test } from 'node:test';
import { planAssociations } from '../../src/network/association-plan.ts';

const sendable = (SOPClassUID: string, TransferSyntaxUID: string, name = '') =>
  ({ SOPClassUID, TransferSyntaxUID, name });

test('nothing to send needs no association', () => {
  assert.deepEqual(planAssociations([]), []);
});

test('each pair has one context of its own, and instances keep their order', () => {
  const plans = planAssociations([
    sendable('1', 'a', 'first'),
    sendable('1', 'b', 'second'),
    sendable('1', 'a', 'third'),
    sendable('2', 'a', 'fourth'),
  ]);
  assert.equal(plans.length, 1);
  assert.deepEqual(plans[0]?.contexts, [
    { id: 1, SOPClassUID: '1', TransferSyntaxUID: 'a' },
    { id: 3, SOPClassUID: '1', TransferSyntaxUID: 'b' },
    { id: 5, SOPClassUID: '2', TransferSyntaxUID: 'a' },
  ]);
  assert.deepEqual(plans[0]?.instances.map(({ name, context }) => [name, context.id]),
    [['first', 1], ['second', 3], ['third', 1], ['fourth', 5]]);
});

test('128 pairs fill an association to ID 255, the next begins another, a known pair stays where it was', () => {
  const pairs = Array.from({ length: 129 }, (_, index) => sendable(`1.${index}`, 'a'));
  const plans = planAssociations([...pairs, sendable('1.0', 'a', 'late')]);
  assert.deepEqual(plans.map(({ contexts }) => contexts.length), [128, 1]);
  assert.deepEqual(plans.map(({ contexts }) => contexts.at(-1)?.id), [255, 1]);
  assert.equal(plans[0]?.instances.at(-1)?.name, 'late');
});
