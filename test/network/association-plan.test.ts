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
  assert.deepEqual(plans[0]?.instances.map(({ name, contexts }) => [name, contexts.map(({ id }) => id)]),
    [['first', [1]], ['second', [3]], ['third', [1]], ['fourth', [5]]]);
});

test('128 pairs fill an association to ID 255, the next begins another, a known pair stays where it was', () => {
  const pairs = Array.from({ length: 129 }, (_, index) => sendable(`1.${index}`, 'a'));
  const plans = planAssociations([...pairs, sendable('1.0', 'a', 'late')]);
  assert.deepEqual(plans.map(({ contexts }) => contexts.length), [128, 1]);
  assert.deepEqual(plans.map(({ contexts }) => contexts.at(-1)?.id), [255, 1]);
  assert.equal(plans[0]?.instances.at(-1)?.name, 'late');
});

const withOthers = (TransferSyntaxUID: string) => [...new Set([TransferSyntaxUID, 'plain', 'plainer'])];

test('what can be converted has a context for each way, best first, and shares those that are there', () => {
  const plans = planAssociations([
    sendable('1', 'a', 'first'), sendable('1', 'plain', 'second'), sendable('2', 'a', 'third'),
  ], withOthers);
  assert.equal(plans.length, 1);
  assert.deepEqual(plans[0]?.contexts.map(({ id, SOPClassUID, TransferSyntaxUID }) => {
    return `${id} ${SOPClassUID} ${TransferSyntaxUID}`;
  }), ['1 1 a', '3 1 plain', '5 1 plainer', '7 2 a', '9 2 plain', '11 2 plainer']);
  assert.deepEqual(plans[0]?.instances.map(({ contexts }) => contexts.map(({ id }) => id)),
    [[1, 3, 5], [3, 5], [7, 9, 11]]);
});

test('the ways of an instance count among the 128, and stay together on one association', () => {
  const classes = Array.from({ length: 43 }, (_, index) => sendable(`1.${index}`, 'a'));
  const plans = planAssociations([
    ...classes.slice(0, 42), sendable('1.0', 'b'), ...classes.slice(42), sendable('1.1', 'b'), sendable('1.0', 'a', 'late'),
  ], withOthers);
  assert.deepEqual(plans.map(({ contexts }) => contexts.length), [127, 6]);
  assert.equal(plans[0]?.instances.at(-1)?.name, 'late');
  for (const { contexts, instances } of plans) {
    assert.ok(instances.every((instance) => instance.contexts.every((context) => contexts.includes(context))));
  }
});

test('what may go in no transfer syntax takes no context', () => {
  const [plan] = planAssociations([sendable('1', 'a')], () => []);
  assert.deepEqual(plan?.contexts, []);
  assert.deepEqual(plan?.instances[0]?.contexts, []);
});
