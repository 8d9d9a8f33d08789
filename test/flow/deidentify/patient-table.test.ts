import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parsePatientTable, readPatientTable } from '../../../src/flow/deidentify/patient-table.ts';

const parsed = (text: string) => {
  const table = parsePatientTable(text, 't.csv');
  return 'fault' in table ? table.fault : Object.fromEntries(table.patients);
};

test('a table has a patient a line, with or without heading, name, quotes and a byte order mark', () => {
  assert.deepEqual(parsed('\uFEFFPatientID,pseudonym,name\r\nP1,S-1,"One, ""Subject"""\r\n\r\n# a note\r\nP2,S-2\r\n'), {
    P1: { pseudonym: 'S-1', name: 'One, "Subject"' }, P2: { pseudonym: 'S-2' },
  });
  assert.deepEqual(parsed('P1,S-1'), { P1: { pseudonym: 'S-1' } });
  assert.deepEqual(parsed(''), {});
});

test('a line that is not one is named by its number, and nothing of it is told', () => {
  for (const [line, why] of [
    ['P1', /line 2 is not PatientID,pseudonym\[,name\]$/], ['P1,', /line 2 is not/], [',S', /line 2 is not/], ['P1,S,n,x', /line 2 is not/],
    ['"P1,S', /line 2 has quotes/], [`P1,${'x'.repeat(65)}`, /line 2 has a pseudonym or name longer/], ['P1,a\\b', /line 2 has a pseudonym or name/],
    ['P0,S-9', /line 2 lists a patient again/], ['P9,S-0', /line 2 gives a pseudonym that another patient has/],
  ] as const) {
    const fault = parsed(`P0,S-0\n${line}`);
    assert.match(String(fault), why);
    assert.doesNotMatch(String(fault), /P1|P9|S-9/);
  }
});

test('a table that cannot be read is told by its code', async () => {
  assert.deepEqual(await readPatientTable('/nowhere/t.csv'), { fault: 'the table of patients /nowhere/t.csv cannot be read (ENOENT)' });
});
