// The classes that DTS gives when a site has no rules of its own: config/classify_rules.json.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { classifySeries } from '../../src/select/classify.ts';
import { parseClassifyRules } from '../../src/select/parse-classify-rules.ts';
import { fieldKey } from './series.ts';

type Fields = Readonly<Record<string, string | readonly string[]>>;

const file = new URL('../../config/classify_rules.json', import.meta.url);
const parsed = parseClassifyRules(JSON.parse(readFileSync(file, 'utf8')));

/** Keywords that the rules name by tag. */
const tags: Readonly<Record<string, string>> = {
  '00080008': 'ImageType', '00080016': 'SOPClassUID', '00080060': 'Modality', '00080070': 'Manufacturer',
  '00180010': 'ContrastBolusAgent', '00180020': 'ScanningSequence', '00180021': 'SequenceVariant',
  '00180024': 'SequenceName', '00180025': 'AngioFlag', '00189087': 'DiffusionBValue',
  '00200037': 'ImageOrientationPatient', '00280301': 'BurnedInAnnotation',
};

function classesOf(...instances: Fields[]): string[] {
  assert.ok(parsed.kind === 'rules', JSON.stringify(parsed));
  return classifySeries(parsed.rules, instances.map((fields) => ({
    value: (field) => [fields[tags[fieldKey(field)] ?? fieldKey(field)] ?? []].flat(),
  })));
}

const tested = new Set<string>();

/** Each instance, taken for a series of its own, gets the class; or does not. */
function classTest(name: string, given: readonly Fields[], notGiven: readonly Fields[]): void {
  tested.add(name);
  test(`gives ${name} to the series that are, and to no others`, () => {
    for (const fields of given) {
      const classes = classesOf(fields);
      assert.ok(classes.includes(name), `${JSON.stringify(fields)} got ${classes.join()}`);
    }
    for (const fields of notGiven) assert.ok(!classesOf(fields).includes(name), JSON.stringify(fields));
  });
}

const mr = (fields: Fields): Fields => ({ Modality: 'MR', ...fields });
const named = (SeriesDescription: string): Fields => mr({ SeriesDescription });
const oriented = (...cosines: number[]): Fields => ({ ImageOrientationPatient: cosines.map(String) });

const vendors: Readonly<Record<string, string[]>> = {
  GE: ['GE MEDICAL SYSTEMS', 'GE Healthcare', 'General Electric'],
  SIEMENS: ['SIEMENS', 'Siemens Healthineers', 'Siemens HealthCare GmbH'],
  PHILIPS: ['Philips Medical Systems', 'Philips'],
  CANON: ['CANON_MEC', 'Canon Medical Systems'],
  TOSHIBA: ['TOSHIBA', 'TOSHIBA_MEC'],
  FUJI: ['FUJIFILM Corporation', 'FUJI PHOTO FILM Co., ltd.'],
  HITACHI: ['Hitachi Medical Corporation'],
  UIH: ['UIH', 'United Imaging Healthcare'],
  HOLOGIC: ['HOLOGIC, Inc.', 'LORAD, A Hologic Company'],
  AGFA: ['Agfa', 'AGFA HealthCare'],
  CARESTREAM: ['CARESTREAM HEALTH'],
  SAMSUNG: ['SAMSUNG MEDISON CO., LTD.'],
  ESAOTE: ['ESAOTE'],
};

for (const [vendor, names] of Object.entries(vendors)) {
  const others = Object.entries(vendors).filter(([other]) => other !== vendor).flatMap(([, foreign]) => foreign);
  classTest(vendor, names.map((Manufacturer) => ({ Manufacturer })),
    [{}, { Manufacturer: 'Imaging GEnerics' }, ...others.map((Manufacturer) => ({ Manufacturer }))]);
}

classTest('original', [{ ImageType: ['ORIGINAL', 'PRIMARY', 'M'] }], [{ ImageType: ['DERIVED', 'ORIGINAL'] }, {}]);
classTest('derived', [{ ImageType: ['DERIVED', 'SECONDARY'] }], [{ ImageType: ['ORIGINAL', 'DERIVED'] }, {}]);

const planes = {
  axial: [
    oriented(1, 0, 0, 0, 1, 0),
    oriented(-1, 0, 0, 0, -1, 0),
    oriented(0, 1, 0, -1, 0, 0),
    oriented(1, 0, 0, 0, 0.966, -0.259),
  ],
  coronal: [oriented(1, 0, 0, 0, 0, -1), oriented(0.97, 0.24, 0, 0, 0, -1)],
  sagittal: [oriented(0, 1, 0, 0, 0, -1), oriented(0.1, 0.995, 0, 0, 0, -1)],
};
const oblique = [oriented(1, 0, 0, 0, 0.7071, -0.7071), oriented(0.7071, 0.7071, 0, 0, 0, -1)];
classTest('axial', planes.axial, [...planes.coronal, ...planes.sagittal, ...oblique, {}]);
classTest('coronal', planes.coronal, [...planes.axial, ...planes.sagittal, ...oblique, {}]);
classTest('sagittal', planes.sagittal, [...planes.axial, ...planes.coronal, ...oblique, {}]);
classTest('oblique', oblique, [...planes.axial, ...planes.coronal, ...planes.sagittal, {}]);

test('gives oblique to no series that has an axial slice', () => {
  const [slanted = {}, straight = {}] = [oblique[0], planes.axial[0]];
  assert.deepEqual(classesOf(slanted, straight), ['axial']);
  assert.deepEqual(classesOf(straight, slanted), ['axial']);
});

classTest('MR', [{ Modality: 'MR' }], [{ Modality: 'CT' }, {}]);
classTest('CT', [{ Modality: 'CT' }], [{ Modality: 'MR' }, {}]);
classTest('localizer', [
  { ImageType: ['ORIGINAL', 'PRIMARY', 'LOCALIZER'] },
  named('AAHead_Scout_64ch'),
  named('3-plane LOC'),
  named('Survey_SHC'),
], [
  { ImageType: ['ORIGINAL', 'PRIMARY', 'AXIAL'] },
  named('allocation'),
  named('T1 axial'),
]);

test('gives localizer to original MR slices in all three directions, in any order', () => {
  const directions = [planes.sagittal[0], planes.axial[0], planes.coronal[0]];
  const slices = directions.map((plane) => mr({ ImageType: ['ORIGINAL', 'PRIMARY'], ...plane }));
  const reformatted = directions.map((plane) => mr({ ImageType: ['DERIVED', 'SECONDARY'], ...plane }));
  assert.ok(classesOf(...slices).includes('localizer'));
  assert.ok(classesOf(...slices.toReversed()).includes('localizer'));
  assert.ok(!classesOf(...slices.slice(1)).includes('localizer'));
  assert.ok(!classesOf(...reformatted).includes('localizer'));
});

classTest('scout', [
  named('Scout'),
  named('AAHead_Scout'),
  { Modality: 'CT', ImageType: ['ORIGINAL', 'PRIMARY', 'LOCALIZER'] },
  { Modality: 'CT', SeriesDescription: 'Topogram 0.6' },
], [
  named('localizer'),
  { Modality: 'CT', ImageType: ['ORIGINAL', 'PRIMARY', 'AXIAL'] },
]);

classTest('mosaic', [
  { Manufacturer: 'SIEMENS', ImageType: ['ORIGINAL', 'PRIMARY', 'M', 'ND', 'MOSAIC'] },
], [
  { Manufacturer: 'GE MEDICAL SYSTEMS', ImageType: ['ORIGINAL', 'MOSAIC'] },
  { Manufacturer: 'SIEMENS', ImageType: ['ORIGINAL', 'PRIMARY', 'M'] },
]);

classTest('diffusion', [
  mr({ DiffusionBValue: '1000' }),
  mr({ SequenceName: '*ep_b1000#3' }),
  mr({ ImageType: ['ORIGINAL', 'PRIMARY', 'DIFFUSION', 'NONE'] }),
  named('ep2d_diff_3scan_trace'),
  named('DWI b1000'),
  named('ADC (10^-6 mm²/s)'),
], [
  mr({ DiffusionBValue: '0' }),
  named('different contrast'),
  named('t2_tse_tra'),
  { SeriesDescription: 'DWI' },
]);

const spinEcho = { ScanningSequence: 'SE', EchoTime: '95', RepetitionTime: '5000' };
const fluidAttenuated = { ...spinEcho, ScanningSequence: ['SE', 'IR'], RepetitionTime: '9000', InversionTime: '2500' };
const inflow = { ScanningSequence: 'GR', AngioFlag: 'Y', EchoTime: '3.4', RepetitionTime: '22' };

classTest('T1', [
  named('T1w'),
  named('t1_mprage_sag_p2_iso'),
  named('Sag 3D MPRAGE'),
  named('Ax T1 FLAIR'),
  named('BRAVO +C'),
  mr({ ScanningSequence: 'SE', EchoTime: '12', RepetitionTime: '550' }),
  mr({ ScanningSequence: ['GR', 'IR'], EchoTime: '2.98', InversionTime: '900', RepetitionTime: '2300' }),
], [
  named('T1 map'),
  named('T10 spine'),
  named('t2_tse'),
  { SeriesDescription: 'T1w' },
  mr(spinEcho),
]);

classTest('T2', [
  named('T2w TSE'),
  named('t2_tse_tra_320'),
  named('Ax T2'),
  mr(spinEcho),
], [
  named('T2* GRE'),
  named('T2 star'),
  named('T2 FLAIR'),
  named('t2_tirm_tra_dark-fluid'),
  named('T2 map'),
  named('T1w'),
  mr(fluidAttenuated),
  mr({ ...spinEcho, DiffusionBValue: '1000' }),
]);

classTest('FLAIR', [
  named('T2 FLAIR'),
  named('t2_tirm_tra_dark-fluid'),
  mr(fluidAttenuated),
], [
  named('T1 FLAIR'),
  named('T2w'),
  mr(spinEcho),
]);

classTest('TOF', [
  named('TOF_3D_multi-slab'),
  named('3D time of flight'),
  mr({ SequenceVariant: ['SP', 'TOF'] }),
  mr(inflow),
], [
  named('tofu'),
  mr({ ...inflow, AngioFlag: 'N' }),
  mr({ ...inflow, ContrastBolusAgent: 'Dotarem' }),
]);

classTest('contrast', [
  { ContrastBolusAgent: 'Dotarem' },
  { ContrastBolusAgent: '9 ml Gadovist' },
  named('T1 +C'),
  named('t1_mprage_post gd'),
  named('Ax T1 GD'),
], [
  { ContrastBolusAgent: 'NO' },
  { ContrastBolusAgent: 'none' },
  { ContrastBolusAgent: '' },
  named('T1 tse'),
  named('cement'),
]);

const secondaryCapture = '1.2.840.10008.5.1.4.1.1.7';
const screenSave = { ImageType: ['DERIVED', 'SECONDARY', 'SCREEN SAVE'] };

classTest('screenshot', [
  { SOPClassUID: secondaryCapture },
  { SOPClassUID: `${secondaryCapture}.4` },
  screenSave,
], [
  { SOPClassUID: '1.2.840.10008.5.1.4.1.1.77.1.4' },
  { SOPClassUID: '1.2.840.10008.5.1.4.1.1.4' },
]);

classTest('CHECKBURNEDINFO', [
  { SOPClassUID: secondaryCapture },
  { SOPClassUID: secondaryCapture, BurnedInAnnotation: 'YES' },
  { BurnedInAnnotation: 'YES' },
  screenSave,
], [
  { SOPClassUID: secondaryCapture, BurnedInAnnotation: 'NO' },
  { ...screenSave, BurnedInAnnotation: 'NO' },
  { SOPClassUID: '1.2.840.10008.5.1.4.1.1.4' },
]);

test('has a test for every class', () => {
  assert.ok(parsed.kind === 'rules');
  assert.deepEqual([...new Set(parsed.rules.map(({ type }) => type))].filter((type) => !tested.has(type)), []);
});
