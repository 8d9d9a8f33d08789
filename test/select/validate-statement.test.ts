import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadDictionary } from '../../src/dicom/dictionary.ts';
import { validateStatement } from '../../src/select/validate-statement.ts';
import { parsed } from './statements.ts';

const keywords = new Set(['EchoTime', 'ImageOrientationPatient', 'Modality', 'SeriesDescription', 'StudyInstanceUID']);
const classes = new Set(['T1', 'T2', 'diffusion', 'axial']);

function problemsOf(text: string): string[] {
  return validateStatement(parsed(text), { keywords, classes }).map(({ severity, line, column, found, expected }) => {
    return `${severity} ${line}:${column} ${found} | ${expected.join(', ')}`;
  });
}

test('finds nothing in a statement that means what it says', () => {
  assert.deepEqual(problemsOf(`SELECT study WHERE series NAMED A HAS
    (Modality == MR OR NumSlices >= 2) AND NOT Path regexp x
    AND ImageOrientationPatient approx "1,0,0,0,1,0" AND ("0x0019","0x109c") containing z
    ALSO WHERE everything CHECK A@StudyInstanceUID == A@(0x0020,0x000d)`), []);
});

test('knows every special name, and every keyword of the dictionary', async () => {
  const dictionary = new Set((await loadDictionary()).keywords());
  for (const name of [
    'ClassifyType', 'ClassifyTypes', 'NumImages', 'NumSlices', 'Path', 'SeriesDescription', 'SeriesNumber', 'SequenceName',
    'Modality', 'StudyDescription', 'Manufacturer', 'ManufacturerModelName', 'PatientID', 'PatientName', 'ContrastBolusAgent',
  ]) {
    const statement = parsed(`SELECT study WHERE ${name} regexp x`);
    assert.deepEqual(validateStatement(statement, { keywords: dictionary }), [], name);
  }
});

test('suggests the field that was meant, by case, by a slip, by swapped letters', () => {
  assert.deepEqual(problemsOf('SELECT study WHERE modality == x'), ['error 1:20 modality | Modality']);
  assert.deepEqual(problemsOf('SELECT study WHERE NumImagse > 1'), ['error 1:20 NumImagse | NumImages']);
  assert.deepEqual(problemsOf('SELECT study WHERE EchoTme > 1'), ['error 1:20 EchoTme | EchoTime']);
  const [problem] = validateStatement(parsed('SELECT study WHERE NOT Kidney == x'), { keywords });
  assert.match(problem?.message ?? '', /no field Kidney$/);
  assert.ok(problem?.expected.includes('a DICOM keyword'));
});

test('warns where AND and OR are mixed without brackets, and shows how it is read', () => {
  const text = 'SELECT study WHERE Modality == MR OR\n Modality == CT AND NumImages > 3';
  assert.deepEqual(problemsOf(text), ['warning 2:21 AND | brackets']);
  const [warning] = validateStatement(parsed(text), { keywords, classes });
  assert.ok(warning?.message.includes('(Modality == "MR" OR Modality == "CT") AND NumImages > 3'));
  assert.equal(problemsOf('SELECT study WHERE everything AND everything OR everything AND everything').length, 2);
});

test('does not warn where the brackets are written, on either side', () => {
  assert.deepEqual(problemsOf('SELECT study WHERE (everything OR everything) AND (everything AND everything)'), []);
  assert.deepEqual(problemsOf('SELECT study WHERE everything OR (everything AND everything)'), []);
});

test('warns of a mixture inside brackets', () => {
  assert.equal(problemsOf('SELECT study WHERE NOT (everything OR everything AND everything)').length, 1);
});

test('refuses to compare what is no number with < and approx', () => {
  assert.deepEqual(problemsOf('SELECT study WHERE EchoTime < abc'), ['error 1:31 abc | a number']);
  assert.deepEqual(problemsOf('SELECT study WHERE EchoTime >= "2024-01-01"'), ['error 1:32 2024-01-01 | a number']);
  assert.match(problemsOf('SELECT study WHERE EchoTime approx "1,x"').join(), /^error 1:36 1,x/);
});

test('refuses a CHECK of a name that no WHERE has', () => {
  assert.deepEqual(problemsOf('SELECT study WHERE series NAMED "T1" HAS everything CHECK T1@Modality == T2@Modalty'), [
    'error 1:74 T2 | T1',
    'error 1:77 Modalty | Modality',
  ]);
});

test('warns of a short form that looks like a misspelt statement', () => {
  assert.deepEqual(problemsOf('SELET study FROM study WHERE everything'), ['warning 1:1 SELET | SELECT']);
  assert.deepEqual(problemsOf('SeriesDescription: T1'), []);
});

test('warns of a class that no rule gives, and suggests the one that was meant', () => {
  const ask = (condition: string): string[] => problemsOf(`SELECT study WHERE ${condition}`);
  assert.deepEqual(ask('ClassifyType containing DIFFUSION'), ['warning 1:44 DIFFUSION | diffusion']);
  assert.deepEqual(ask('NOT ClassifyTypes == kidney'), ['warning 1:41 kidney | T1, T2, diffusion, axial']);
  assert.deepEqual(ask('ClassifyType regexp "^t"'), ['warning 1:40 ^t | T1, T2, diffusion, axial']);
  for (const right of ['containing T1', '== axial', 'regexp "^T[12]"', 'regexp "(?i)^t"']) {
    assert.deepEqual(ask(`ClassifyType ${right}`), [], right);
  }
  assert.deepEqual(validateStatement(parsed('SELECT study WHERE ClassifyType == kidney'), { keywords }), []);
});
