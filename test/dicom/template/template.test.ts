// Templates as they are written in configurations: what they say for an instance.

import assert from 'node:assert/strict';
import { before, test } from 'node:test';

import { loadDictionary, type Dictionary } from '../../../src/dicom/dictionary.ts';
import { HeaderReader } from '../../../src/dicom/header.ts';
import { parseTemplate } from '../../../src/dicom/template/parse-template.ts';
import { renderTemplate } from '../../../src/dicom/template/render-template.ts';
import type { ElementPath, Template, TemplateValues } from '../../../src/dicom/template/template.ts';
import { usesItems, valuesOfHeader } from '../../../src/dicom/template/values-of-header.ts';
import { element } from '../encode.ts';

let dictionary: Dictionary;
before(async () => { dictionary = await loadDictionary(); });

function parse(source: string): Template {
  const template = parseTemplate(source, dictionary);
  assert.ok('parts' in template, JSON.stringify(template));
  return template;
}

/** Of a dataset in explicit VR little endian, by tag. */
function valuesOf(...elements: readonly (readonly [tag: number, vr: string, value: string])[]): TemplateValues {
  const reader = new HeaderReader('1.2.840.10008.1.2.1');
  const sorted = [[0x00080005, 'CS', 'ISO_IR 192'] as const, ...elements].sort((a, b) => a[0] - b[0]);
  reader.push(Buffer.concat(sorted.map(([tag, vr, value]) => element(tag, vr, Buffer.from(padded(value))))));
  reader.finish();
  return valuesOfHeader(reader.header);
}

function padded(value: string): string {
  return value + ' '.repeat(Buffer.byteLength(value) % 2);
}

const STUDY = valuesOf(
  [0x00080008, 'CS', 'ORIGINAL\\PRIMARY\\AXIAL'],
  [0x00080020, 'DA', '20240229'],
  [0x00080030, 'TM', '083015.5'],
  [0x0008002a, 'DT', '20240229083015.123+0100'],
  [0x0008103e, 'LO', '  '],
  [0x00100010, 'PN', 'Ås^Bjørn^Æ^Dr^Jr=山田^太郎=やまだ^たろう'],
  [0x00100020, 'LO', '12/3 45'],
  [0x00180050, 'DS', '2.50'],
  [0x00181030, 'LO', 't1 mprage (sag)'],
  [0x00190010, 'LO', 'SOMEBODY ELSE'],
  [0x00190011, 'LO', 'SIEMENS MR HEADER'],
  [0x0019110c, 'IS', '1000'],
  [0x00200011, 'IS', '7'],
  [0x00200013, 'IS', '0012'],
);

const EXAMPLES: Readonly<Record<string, string>> = {
  'plain text': 'plain text',
  '': '',
  '{{literal}} {PatientID}': '{literal} 12/3 45',
  'a}}b{{': 'a}b{',
  '{StudyDate}': '20240229',
  '{StudyDate:YYYY-MM-DD}': '2024-02-29',
  '{StudyDate:DD.MM.YY}': '29.02.24',
  '{StudyTime:HHmm}': '0830',
  "{StudyTime:'HH:mm:ss'}": '08:30:15',
  "{AcquisitionDateTime:'YYYY-MM-DDTHH'}": '2024-02-29T08',
  '{SeriesNumber:03}_{InstanceNumber:03}_{InstanceNumber:02}': '007_012_12',
  '{SliceThickness:03}': '002.50',
  '{ProtocolName:03}': 't1 mprage (sag)',
  '{ImageType} {ImageType[2]} [{ImageType[3]}]': 'ORIGINAL AXIAL []',
  '{SeriesDescription}': '',
  '{SeriesDescription|ProtocolName|unknown}': 't1 mprage (sag)',
  "{SeriesDescription|AccessionNumber|'no description'}": 'no description',
  "{AccessionNumber|'it''s {not} | there'}": "it's {not} | there",
  "{AccessionNumber|''}": '',
  '{AccessionNumber|no number}': 'no number',
  '{AccessionNumber| PatientID }': '12/3 45',
  '{PatientName.family}, {PatientName.given}': 'Ås, Bjørn',
  '{PatientName.prefix} {PatientName.suffix} {PatientName.middle}': 'Dr Jr Æ',
  '{PatientName.ideographic.family}{PatientName.phonetic}': '山田やまだ^たろう',
  '{PatientName.alphabetic}': 'Ås^Bjørn^Æ^Dr^Jr',
  '{PatientName.given:ascii:upper}': 'BJORN',
  '{PatientName.family:ascii}{PatientName.middle:ascii}': 'AsAE',
  '{PatientName.ideographic.family:ascii}': '__',
  '{PatientID:alnum}': '12345',
  '{ProtocolName:underscore}': 't1_mprage_sag',
  '{ProtocolName:upper:alnum:max4}': 'T1MP',
  '{ProtocolName:max3}': 't1',
  '{PatientID:hash8}': 'a3ef7ecf',
  '{AccessionNumber:hash8|none}': 'none',
  '{SeriesDescription:alnum|unknown}': 'unknown',
  '{(0018,1030)}{(0020,0011):02}': 't1 mprage (sag)07',
  '{(0019,xx0C,SIEMENS MR HEADER)} {(0019,xx0c,NOBODY)|none}': '1000 none',
};

for (const [source, text] of Object.entries(EXAMPLES)) {
  test(`${source} says ${JSON.stringify(text)}`, () => {
    assert.equal(renderTemplate(parse(source), STUDY), text);
  });
}

test('a date is one in the forms of old writers too; what is none, or cut short, is written as far as it goes', () => {
  const template = parse('{StudyDate:YYYY-MM-DD} {StudyTime:HHmmss}');
  const said = (date: string, time: string): string => {
    return renderTemplate(template, valuesOf([0x00080020, 'DA', date], [0x00080030, 'TM', time]));
  };
  assert.equal(said('2024.02.29', '08:30:15'), '2024-02-29 083015');
  assert.equal(said('20240229', '08'), '2024-02-29 080000');
  assert.equal(said('20241329', '2460'), '20241329 2460');
  assert.equal(said('yesterday', 'noon'), 'yesterday noon');
});

test('a value in an item is asked for by its way', () => {
  const template = parse('{RequestAttributesSequence[1].ScheduledProcedureStepID|none}');
  const asked: ElementPath[] = [];
  const values = { texts: (path: ElementPath) => { asked.push(path); return ['STEP']; } };
  assert.equal(renderTemplate(template, values), 'STEP');
  assert.deepEqual(asked, [{
    items: [{ sequence: { tag: 0x00400275, vr: 'SQ' }, itemIndex: 1 }], element: { tag: 0x00400009, vr: 'SH' },
  }]);
  assert.ok(usesItems(template));
  assert.ok(!usesItems(parse('{PatientID}')));
  assert.equal(renderTemplate(template, STUDY), 'none');
});

const FAULTS: Readonly<Record<string, readonly [character: number, message: RegExp]>> = {
  '{PatientID': [1, /not closed/],
  'a/{PatientID}}': [14, /without an opening/],
  '{}': [2, /expected a DICOM keyword/],
  '{PatientId}': [2, /no DICOM keyword PatientId/],
  '{patientID}': [2, /no DICOM keyword patientID/],
  '{PatientID|accessionNumber}': [12, /keyword is AccessionNumber.*in quotes/],
  '{PatientID|unknown|AccessionNumber}': [20, /stands last/],
  '{PatientID|}': [12, /empty text/],
  '{PatientID|none:upper}': [16, /no format/],
  "{PatientID|'none}": [12, /quote is not closed/],
  '{PatientID:3}': [12, /expected a format/],
  '{PatientID:capital}': [12, /expected a format/],
  '{PatientID:hash2}': [12, /hash4 to hash64/],
  '{PatientID:YYYY}': [12, /no date or time/],
  '{StudyDate:yyyy}': [12, /expected a format/],
  '{StudyDate:HHmm}': [12, /and no time/],
  '{StudyTime:HHMM}': [12, /and no date/],
  '{StudyDate:upper:YYYY}': [18, /stands first/],
  '{ImageType[x]}': [11, /number in brackets/],
  '{PatientID.family}': [12, /name of a person/],
  '{PatientName.surname}': [14, /expected family/],
  '{PatientName.family.given}': [21, /expected family/],
  '{PatientName.PatientID}': [2, /no sequence/],
  '{RequestAttributesSequence}': [2, /name an element/],
  '{(0018,1030,X)}': [2, /tag such as/],
  '{(0018,xx30,X)}': [2, /odd numbers/],
  '{(0019,xx30, )}': [2, /private creator/],
  '{PatientID PatientName}': [12, /instead of/],
};

for (const [source, [character, message]] of Object.entries(FAULTS)) {
  test(`${source} is wrong at character ${character}`, () => {
    const problem = parseTemplate(source, dictionary);
    assert.ok('message' in problem, 'was read');
    assert.match(problem.message, message);
    assert.equal(problem.character, character, problem.message);
  });
}

test('a keyword that does not exist is named, for suggestions', () => {
  assert.deepEqual(parseTemplate('{PatientId}', dictionary), {
    character: 2, message: 'there is no DICOM keyword PatientId', unknownKeyword: 'PatientId',
  });
});

test('no template takes longer than its length allows', () => {
  const begun = performance.now();
  for (const piece of ['{', '}', '{{', '{A', '{(0010,', "{A|'", '[', '{PatientName.', 'Y', '{PatientID:0']) {
    parseTemplate(piece.repeat(50_000), dictionary);
  }
  assert.ok(performance.now() - begun < 2000);
});
