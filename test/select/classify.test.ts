import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { InstanceFacts } from '../../src/select/classify.ts';
import { classesBy } from './classes.ts';
import { fieldKey } from './series.ts';

type Fields = Readonly<Record<string, string | readonly string[]>>;

function instance(fields: Fields): InstanceFacts {
  return { value: (field) => [fields[fieldKey(field)] ?? []].flat() };
}

/** The classes that a list of rules gives to instances. */
function classes(json: unknown, ...instances: Fields[]): string[] {
  return classesBy(json, instances.map(instance));
}

/** Whether one test holds on one instance. */
function holds(rule: Readonly<Record<string, unknown>>, fields: Fields): boolean {
  return classes([{ type: 'yes', rules: [rule] }], fields).length > 0;
}

test('compares a value as each operator says', () => {
  const tag = ['Field'];
  const cases: [rule: Record<string, unknown>, values: string[], expected: boolean][] = [
    [{ value: 'DIX' }, ['t1 DIXON'], true],
    [{ value: '^DIX' }, ['t1 DIXON'], false],
    [{ value: '^B$' }, ['A', 'B'], true],
    [{ value: '0, 256, 256, 0' }, ['0', '256', '256', '0'], true],
    [{ operator: 'contains', value: 'IXO' }, ['DIXON'], true],
    [{ operator: 'contains', value: 'IXO' }, ['DIXON', 'B'], false],
    [{ operator: 'contains', value: 'B' }, ['DIXON', 'B'], true],
    [{ operator: '==', value: '256' }, ['256.0'], true],
    [{ operator: '==', value: 256 }, ['255'], false],
    [{ operator: '==', value: 'MR' }, ['MR'], true],
    [{ operator: '!=', value: '256' }, ['255'], true],
    [{ operator: '!=', value: '256' }, ['256'], false],
    [{ operator: '<', value: '5' }, ['4'], true],
    [{ operator: '<', value: '5' }, ['5'], false],
    [{ operator: '>', value: 5 }, ['6'], true],
    [{ operator: '>', value: 5 }, ['six'], false],
    [{ operator: 'exist' }, ['x'], true],
    [{ operator: 'notexist' }, ['x'], false],
    [{ operator: 'approx', value: [0, 1, 0] }, ['0.00005', '1', '0'], true],
    [{ operator: 'approx', value: ['0', '1', '0'] }, ['0.001', '1', '0'], false],
    [{ operator: 'approx', value: ['0', '1', '0'], approxLevel: '0.01' }, ['0.001', '1', '0'], true],
    [{ operator: 'approx', value: [0, 1] }, ['0', '1', '0'], false],
    [{ operator: 'approx', value: '1.5' }, ['1.5'], true],
  ];
  for (const [rule, values, expected] of cases) {
    const label = `${JSON.stringify(rule)} on ${values.join('|')}`;
    assert.equal(holds({ tag, ...rule }, { Field: values }), expected, label);
    assert.equal(holds({ tag, ...rule, negate: 'yes' }, { Field: values }), !expected, `negated ${label}`);
  }
});

test('takes an absent or empty value for nothing that any operator but notexist accepts', () => {
  for (const operator of ['regexp', 'contains', '==', '!=', '<', '>', 'exist', 'approx']) {
    for (const fields of [{}, { Field: '' }, { Field: [] }]) {
      assert.equal(holds({ tag: ['Field'], operator, value: '0' }, fields), false, operator);
    }
  }
  assert.equal(holds({ tag: ['Field'], operator: 'notexist' }, { Field: '' }), true);
});

test('finds a value by name, by group and element in any notation, and one of several by index', () => {
  const fields = { '00080008': ['ORIGINAL', 'PRIMARY'], NumSlices: '60' };
  assert.ok(holds({ tag: ['NumSlices'], value: '60' }, fields));
  for (const tag of [['0x08', '0x08'], ['0x0008', '0x0008'], [8, 8], ['8', '8']]) {
    assert.ok(holds({ tag, operator: 'contains', value: 'PRIMARY' }, fields), JSON.stringify(tag));
  }
  assert.ok(holds({ tag: ['0x08', '0x08', '0'], value: '^ORIGINAL$' }, fields));
  assert.ok(!holds({ tag: ['0x08', '0x08', 1], value: '^ORIGINAL$' }, fields));
  assert.ok(!holds({ tag: ['0x08', '0x08', 2], operator: 'exist' }, fields));
});

test('compares with another field of the same instance', () => {
  const fields = { Rows: '256', Columns: '256', '00280011': '512', NotAPattern: '(' };
  assert.ok(holds({ tag: ['Rows'], operator: '==', value: ['Columns'] }, fields));
  assert.ok(holds({ tag: ['Rows'], operator: '<', value: ['0x0028', '0x0011'] }, fields));
  assert.ok(holds({ tag: ['Rows'], operator: 'approx', value: ['Columns'] }, fields));
  assert.ok(!holds({ tag: ['Rows'], operator: '!=', value: ['Absent'] }, fields));
  assert.ok(!holds({ tag: ['Rows'], value: ['NotAPattern'] }, fields));
});

test('gives a class once one instance fits, and a SeriesLevel class only where all do', () => {
  const rules = [{ type: 'high', rules: [{ tag: ['B'], operator: '>', value: 500 }] }];
  const [rule] = rules;
  assert.deepEqual(classes(rules, { B: '0' }, { B: '1000' }, { B: '0' }), ['high']);
  assert.deepEqual(classes([{ ...rule, check: 'SeriesLevel' }], { B: '1000' }, { B: '0' }, { B: '1000' }), []);
  assert.deepEqual(classes([{ ...rule, check: 'SeriesLevel' }], { B: '0' }, { B: '1000' }), []);
  assert.deepEqual(classes([{ ...rule, check: 'SeriesLevel' }], { B: '900' }, { B: '1000' }), ['high']);
});

test('lets a later rule use the classes given before, as a list', () => {
  const given = (value: string): unknown => ({ tag: ['ClassifyType'], operator: 'contains', value });
  const rules = [
    { type: 'axial', rules: [{ tag: ['O'], value: 'a' }] },
    { type: 'coronal', rules: [{ tag: ['O'], value: 'c' }] },
    { type: 'both', rules: [given('axial'), given('coronal')] },
    { type: 'part', rules: [{ tag: ['ClassifyTypes'], operator: 'contains', value: 'axi' }] },
  ];
  assert.deepEqual(classes(rules, { O: 'a' }), ['axial']);
  assert.deepEqual(classes(rules, { O: 'c' }, { O: 'a' }), ['axial', 'coronal', 'both']);
  assert.deepEqual(classes(rules.toReversed(), { O: 'ac' }), ['coronal', 'axial']);
});

test('puts the tests of other rules in place of references, whatever the order', () => {
  const rules = [
    { type: 'mosaic', rules: [{ tag: ['I'], value: 'MOSAIC' }, { rule: 'SIEMENS' }] },
    { type: 'foreign', rules: [{ notrule: 'SIEMENS' }] },
    { type: 'S', id: 'SIEMENS', rules: [{ tag: ['M'], value: '^SIEMENS' }] },
    { type: 'native', rules: [{ notrule: 'NOTSIEMENS' }] },
    { type: 'N', id: 'NOTSIEMENS', rules: [{ notrule: 'SIEMENS' }] },
  ];
  assert.deepEqual(classes(rules, { I: 'MOSAIC', M: 'SIEMENS' }), ['mosaic', 'S', 'native']);
  assert.deepEqual(classes(rules, { I: 'MOSAIC', M: 'GE' }), ['foreign', 'N']);
});

test('turns each test of a rule round for notrule', () => {
  const rules = [
    { type: 'AB', id: 'AB', rules: [{ tag: ['A'], value: '1' }, { tag: ['B'], value: '1' }] },
    { type: 'neither', rules: [{ notrule: 'AB' }] },
  ];
  assert.deepEqual(classes(rules, { A: '1', B: '0' }), []);
  assert.deepEqual(classes(rules, { A: '0', B: '0' }), ['neither']);
});

test('gives no class to a series without instances', () => {
  assert.deepEqual(classes([{ type: 'x', check: 'SeriesLevel', rules: [{ tag: ['A'], operator: 'notexist' }] }]), []);
});
