// Paths made of values: what they are for an instance, and that no value leads out of its folder.

import assert from 'node:assert/strict';
import { before, test } from 'node:test';

import { loadDictionary, type Dictionary } from '../../../src/dicom/dictionary.ts';
import { parsePathTemplate, parseRelativePath, renderPath } from '../../../src/dicom/template/path-template.ts';
import type { ElementPath } from '../../../src/dicom/template/template.ts';

let dictionary: Dictionary;
before(async () => { dictionary = await loadDictionary(); });

/** Values by keyword. */
function values(texts: Readonly<Record<string, string>>) {
  return {
    texts({ element }: ElementPath): readonly string[] {
      const text = 'tag' in element ? texts[dictionary.keywordOf(element.tag) ?? ''] : undefined;
      return text === undefined ? [] : [text];
    },
  };
}

function render(source: string, texts: Readonly<Record<string, string>>): string {
  const template = parsePathTemplate(source, dictionary);
  assert.ok('names' in template, JSON.stringify(template));
  return [template.root, ...renderPath(template, values(texts))].join('/');
}

test('the root is what stands in front of the first placeholder, up to a slash', () => {
  const rootOf = (source: string): string | undefined => {
    const template = parsePathTemplate(source, dictionary);
    return 'root' in template ? template.root : undefined;
  };
  assert.equal(rootOf('/labs/neuro/{PatientID}/{InstanceNumber}.dcm'), '/labs/neuro');
  assert.equal(rootOf('/labs/sub-{PatientID}/{InstanceNumber}.dcm'), '/labs');
  assert.equal(rootOf('/labs/inbox/'), '/labs/inbox');
  assert.equal(rootOf('/labs/{{inbox}}/{SOPInstanceUID}'), '/labs/{inbox}');
});

test('a path is made of the values of the instance, each name safe by itself', () => {
  const path = '/labs/{PatientID|unknown}/{StudyDate:YYYY-MM-DD}/{SeriesNumber:03}_{SeriesDescription}/{InstanceNumber:04}.dcm';
  const texts = {
    PatientID: '../../etc', StudyDate: '20240229', SeriesNumber: '3', SeriesDescription: 't1/mprage', InstanceNumber: '17',
  };
  assert.equal(render(path, texts), '/labs/___.._etc/2024-02-29/003_t1_mprage/0017.dcm');
  assert.equal(render(path, {}), '/labs/unknown/unknown/unknown_/unknown.dcm');
});

test('a path that ends with a slash names files by their SOPInstanceUID', () => {
  assert.equal(render('/labs/{PatientID}/', { PatientID: 'P', SOPInstanceUID: '1.2.3' }), '/labs/P/1.2.3.dcm');
});

test('dots and names that the template itself has are as they were written', () => {
  assert.equal(render('/labs/{PatientID}/.dicom/.{Modality}.d/aux', { Modality: 'CT' }), '/labs/unknown/.dicom/.CT.d/aux');
  assert.equal(render('/labs/{PatientID}.x/a', { PatientID: '.' }), '/labs/__x/a');
  assert.equal(render('/labs/{PatientID}{{1}}/a', { PatientID: 'P' }), '/labs/P{1}/a');
});

test('a slash within a placeholder parts no names', () => {
  assert.equal(render('/labs/{PatientID|\'no/id\'}/{SOPInstanceUID}', { SOPInstanceUID: '1' }), '/labs/no_id/1');
  assert.equal(render('/labs/{StudyDate:\'YYYY/MM\'}/a', { StudyDate: '20240229' }), '/labs/2024_02/a');
});

const FAULTS: Readonly<Record<string, readonly [character: number, message: RegExp]>> = {
  'labs/{PatientID}': [1, /begins with \//],
  '/labs/{PatientId}/a': [8, /no DICOM keyword/],
  '/labs/{PatientID}/../{SOPInstanceUID}': [19, /cannot be a name/],
  '/labs//{SOPInstanceUID}': [7, /missing/],
  '/{PatientID}/a': [1, /folder in front/],
  '/labs/inbox': [11, /one file/],
  '/labs/{PatientID}/a\0': [19, /control/],
  [`/labs/{PatientID}/${'x'.repeat(300)}`]: [19, /longer/],
};

for (const [source, [character, message]] of Object.entries(FAULTS)) {
  test(`${JSON.stringify(source.slice(0, 40))} is wrong at character ${character}`, () => {
    const problem = parsePathTemplate(source, dictionary);
    assert.ok('message' in problem, 'was read');
    assert.match(problem.message, message);
    assert.equal(problem.character, character, problem.message);
  });
}

test('a path below a folder has no slash in front', () => {
  const template = parseRelativePath('{PatientID}/.ready', dictionary);
  assert.ok('names' in template);
  assert.deepEqual(renderPath(template, values({ PatientID: 'P' })), ['P', '.ready']);
  assert.ok('message' in parseRelativePath('/a', dictionary));
  assert.ok('message' in parseRelativePath('../a', dictionary));
});
