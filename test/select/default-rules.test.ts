// The classes that DTS gives when a site has no rules of its own: config/classify_rules.json.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { loadDictionary } from '../../src/dicom/dictionary.ts';
import type { FieldReference } from '../../src/select/series-facts.ts';
import { classesBy } from './classes.ts';
import { fieldKey } from './series.ts';

type Fields = Readonly<Record<string, string | readonly string[]>>;

const file = new URL('../../config/classify_rules.json', import.meta.url);
const rules: { readonly type: string }[] = JSON.parse(readFileSync(file, 'utf8'));

const dictionary = await loadDictionary();

/** A field of the rules as the headers below have it: by keyword, of private elements by eight hexadecimal digits. */
function nameOf(field: FieldReference): string {
  return typeof field === 'string' ? field : dictionary.keywordOf(((field[0] << 16) | field[1]) >>> 0) ?? fieldKey(field);
}

function classesOf(...instances: Fields[]): string[] {
  return classesBy(rules, instances.map((fields) => ({ value: (field) => [fields[nameOf(field)] ?? []].flat() })));
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
  mr({ Manufacturer: 'SIEMENS', '0019100c': '1000' }),
  mr({ Manufacturer: 'GE MEDICAL SYSTEMS', '00431039': ['1000001000', '8', '0', '0'] }),
  mr({ Manufacturer: 'Philips Medical Systems', '20011003': '800' }),
  mr({ AcquisitionContrast: 'DIFFUSION' }),
  mr({ SequenceName: '*ep_b1000#3' }),
  mr({ ImageType: ['ORIGINAL', 'PRIMARY', 'DIFFUSION', 'NONE'] }),
  named('ep2d_diff_3scan_trace'),
  named('DWI b1000'),
  named('ADC (10^-6 mm²/s)'),
], [
  mr({ DiffusionBValue: '0' }),
  mr({ Manufacturer: 'GE MEDICAL SYSTEMS', '00431039': ['0', '0', '0', '0'] }),
  mr({ Manufacturer: 'Philips Medical Systems', '20011003': '0' }),
  mr({ Manufacturer: 'GE MEDICAL SYSTEMS', '0019100c': '1000' }),
  named('different contrast'),
  named('t2_tse_tra'),
  { SeriesDescription: 'DWI' },
]);

const siemensMap = (...kinds: string[]): Fields => mr({
  Manufacturer: 'SIEMENS', SequenceName: '*ep_b0_1000', ImageType: ['DERIVED', 'PRIMARY', 'DIFFUSION', ...kinds, 'ND', 'NORM'],
});
const siemensDiffusion = (b: string): Fields => mr({
  Manufacturer: 'SIEMENS', SequenceName: `*ep_b${b}`, '0019100c': b, SeriesDescription: 'ep2d_diff',
  ImageType: ['ORIGINAL', 'PRIMARY', 'DIFFUSION', 'NONE', 'ND'], ScanningSequence: 'EP',
});

classTest('DIFFUSION', [mr({ DiffusionBValue: '1000' }), named('DWI b1000')], [named('T1w'), mr({ DiffusionBValue: '0' })]);
classTest('ADC', [
  siemensMap('ADC'),
  named('ADC (10^-6 mm²/s)'),
  named('dADC map'),
  named('Apparent Diffusion Coefficient (mm2/s)'),
], [
  siemensMap('TRACEW'),
  named('eADC'),
  named('Exponential Apparent Diffusion Coefficient'),
  named('cadcam'),
]);
classTest('trace', [
  siemensMap('TRACEW'),
  named('ep2d_diff_3scan_trace_p2_TRACEW'),
  mr({ DiffusionBValue: '1000', DiffusionDirectionality: 'ISOTROPIC' }),
], [
  siemensMap('ADC'),
  mr({ DiffusionBValue: '1000', DiffusionDirectionality: 'DIRECTIONAL' }),
  named('tracer'),
]);
classTest('FA', [siemensMap('FA'), named('DTI_FA'), named('dti colFA'), named('Fractional Anisotropy')], [
  siemensMap('ADC'), named('T1 FA 15'), named('dti_fast'),
]);
classTest('b0', [
  mr({ DiffusionBValue: '0', DiffusionDirectionality: 'NONE' }),
  mr({ DiffusionBValue: '0', ScanningSequence: ['SE', 'EP'] }),
  siemensDiffusion('0'),
  mr({ SequenceName: '*ep_b0' }),
], [
  mr({ DiffusionBValue: '0' }),
  mr({ Manufacturer: 'Philips Medical Systems', '20011003': '0' }),
  siemensDiffusion('1000'),
  siemensMap('ADC'),
]);
classTest('highb', [
  mr({ DiffusionBValue: '800' }),
  mr({ Manufacturer: 'Philips Medical Systems', '20011003': '1000' }),
  siemensDiffusion('1500'),
  mr({ SequenceName: '*ep_b1000#3' }),
], [
  mr({ DiffusionBValue: '500' }),
  mr({ Manufacturer: 'Philips Medical Systems', '20011003': '50' }),
  siemensDiffusion('50'),
  mr({ SequenceName: '*ep_b100' }),
]);

test('gives b0 and highb to a series that has both', () => {
  const classes = classesOf(siemensDiffusion('0'), siemensDiffusion('1000'));
  for (const name of ['diffusion', 'b0', 'highb']) assert.ok(classes.includes(name), classes.join());
});

classTest('RESTING', [named('rs-fMRI'), named('rest_bold'), named('Resting State'), named('ep2d_bold_resting')], [
  named('cardiac perfusion rest'), named('T1 restore'), named('forest'),
]);
classTest('MIP', [
  { ImageType: ['DERIVED', 'SECONDARY', 'PROJECTION IMAGE'] },
  { ImageType: ['DERIVED', 'PRIMARY', 'MIP', 'ND'] },
  { SeriesDescription: 'TOF_MIP_COR' },
  { SeriesDescription: 'mIP_Images(SW) MNIP' },
], [{ ImageType: ['ORIGINAL', 'PRIMARY', 'M'] }, { SeriesDescription: 'T1 mipro' }]);
classTest('MPR', [
  { ImageType: ['DERIVED', 'SECONDARY', 'MPR'] },
  { ImageType: ['DERIVED', 'SECONDARY', 'REFORMATTED', 'AVERAGE'] },
  { SeriesDescription: 'T1 MPR cor' },
], [{ ImageType: ['ORIGINAL', 'PRIMARY', 'AXIAL'] }, { SeriesDescription: 't1_mprage' }]);

const spinEcho = { ScanningSequence: 'SE', EchoTime: '95', RepetitionTime: '5000' };
const fluidAttenuated = { ...spinEcho, ScanningSequence: ['SE', 'IR'], RepetitionTime: '9000', InversionTime: '2500' };
const inflow = { ScanningSequence: 'GR', AngioFlag: 'Y', EchoTime: '3.4', RepetitionTime: '22' };

classTest('T1', [
  named('T1w'),
  named('t1_mprage_sag_p2_iso'),
  named('Sag 3D MPRAGE'),
  named('Ax T1 FLAIR'),
  named('BRAVO +C'),
  named('3D VIBE dixon'),
  named('eTHRIVE_dyn'),
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

const t2star = { ScanningSequence: 'GR', EchoTime: '20', RepetitionTime: '620' };
const susceptibility = { ScanningSequence: 'GR', MRAcquisitionType: '3D', EchoTime: '20', RepetitionTime: '28' };

classTest('PD', [
  named('PD fs sag'),
  named('pd_tse_tra'),
  named('Proton Density'),
  mr({ AcquisitionContrast: 'PROTON_DENSITY' }),
  mr({ ScanningSequence: 'SE', EchoTime: '15', RepetitionTime: '2600', InversionTime: '0' }),
], [
  named('PDFF'),
  named('spd'),
  mr(spinEcho),
  mr({ ScanningSequence: 'SE', EchoTime: '15', RepetitionTime: '600' }),
  mr({ ScanningSequence: ['SE', 'IR'], EchoTime: '15', RepetitionTime: '2600', InversionTime: '800' }),
  mr({ ScanningSequence: ['SE', 'EP'], EchoTime: '40', RepetitionTime: '2600' }),
]);
classTest('STIR', [
  named('STIR cor'),
  named('t2_tirm_cor'),
  mr({ AcquisitionContrast: 'STIR' }),
  mr({ ScanningSequence: ['SE', 'IR'], EchoTime: '60', RepetitionTime: '4000', InversionTime: '160' }),
], [
  named('t2_tirm_tra_dark-fluid'),
  named('stirred'),
  mr(fluidAttenuated),
  mr({ ScanningSequence: ['GR', 'IR'], InversionTime: '200', RepetitionTime: '2300' }),
]);
classTest('SWI', [
  named('SWI_Images'),
  named('Ax SWAN'),
  named('VEN_BOLD'),
  named('Susceptibility'),
  mr({ ImageType: ['ORIGINAL', 'PRIMARY', 'M', 'SWI'] }),
  mr({ SequenceName: '*swi3d1r' }),
  mr(susceptibility),
], [
  named('swing'),
  mr({ ...susceptibility, MRAcquisitionType: '2D' }),
  mr({ ...susceptibility, EchoTime: '4' }),
  mr(inflow),
]);
classTest('T2star', [
  named('T2* GRE'),
  named('t2_star_tra'),
  mr({ AcquisitionContrast: 'T2_STAR' }),
  mr(t2star),
], [
  named('T2 tse'),
  named('T2* map'),
  mr({ ...t2star, ScanningSequence: ['GR', 'EP'] }),
  mr({ ...t2star, RepetitionTime: '9' }),
  mr(susceptibility),
]);

test('takes the word of an enhanced object for its contrast', () => {
  const contrasts: Readonly<Record<string, string>> = { T1: 'T1', T2: 'T2', FLUID_ATTENUATED: 'FLAIR', TOF: 'TOF' };
  for (const [AcquisitionContrast, name] of Object.entries(contrasts)) {
    assert.deepEqual(classesOf(mr({ AcquisitionContrast })), ['MR', name]);
  }
});

const ct = (fields: Fields): Fields => ({ Modality: 'CT', ...fields });
const kernels = (Manufacturer: string, ...names: (string | string[])[]): Fields[] =>
  names.map((ConvolutionKernel) => ct({ Manufacturer, ConvolutionKernel }));
const soft = [
  ...kernels('SIEMENS', 'B30f', ['Br36f', '3'], 'I26f', 'Hr40'),
  ...kernels('GE MEDICAL SYSTEMS', 'STANDARD', 'SOFT'),
  ...kernels('Philips', 'B'), ...kernels('TOSHIBA', 'FC08'), ...kernels('CANON_MEC', 'FC18'),
];
const sharp = [
  ...kernels('SIEMENS', 'B70s', ['Bl57f', '3'], 'Br64'),
  ...kernels('GE MEDICAL SYSTEMS', 'BONEPLUS', 'LUNG'),
  ...kernels('Philips', 'YA'), ...kernels('TOSHIBA', 'FC51'), ...kernels('CANON_MEC', 'FC81'),
];
const otherKernels = [
  ct({}), ct({ ConvolutionKernel: 'STANDARD' }), ...kernels('SIEMENS', 'T20s'),
  { Manufacturer: 'GE', ConvolutionKernel: 'LUNG', Modality: 'NM' },
];
classTest('softkernel', soft, [...sharp, ...otherKernels]);
classTest('sharpkernel', sharp, [...soft, ...otherKernels]);

classTest('contrast', [
  { ContrastBolusAgent: 'Dotarem' },
  { ContrastBolusAgent: '9 ml Gadovist' },
  ct({ SeriesDescription: 'Abdomen venous 2.0' }),
  ct({ SeriesDescription: 'CTA carotid' }),
  named('T1 +C'),
  named('t1_mprage_post gd'),
  named('Ax T1 GD'),
], [
  { ContrastBolusAgent: 'NO' },
  { ContrastBolusAgent: 'none' },
  { ContrastBolusAgent: '' },
  named('T1 tse'),
  named('cement'),
  named('pre contrast dynamic, no gd'),
  ct({ SeriesDescription: 'Abdomen native' }),
  ct({ SeriesDescription: 'artefact' }),
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

const pdf = { SOPClassUID: '1.2.840.10008.5.1.4.1.1.104.1', Modality: 'DOC' };
classTest('document', [pdf], [{ SOPClassUID: '1.2.840.10008.5.1.4.1.1.104.3' }, { Modality: 'DOC' }]);

const suspicious = [
  { SOPClassUID: secondaryCapture },
  screenSave,
  { Modality: 'US', SOPClassUID: '1.2.840.10008.5.1.4.1.1.6.1' },
  ct({ PhotometricInterpretation: 'RGB' }),
  mr({ PhotometricInterpretation: 'PALETTE COLOR' }),
  { Modality: 'XA', ConversionType: 'DV' },
  pdf,
];
classTest('CHECKBURNEDINFO', [
  ...suspicious,
  ...suspicious.map((fields) => ({ ...fields, BurnedInAnnotation: 'YES' })),
  { Modality: 'CR', BurnedInAnnotation: 'YES' },
], [
  ...suspicious.map((fields) => ({ ...fields, BurnedInAnnotation: 'NO' })),
  { SOPClassUID: '1.2.840.10008.5.1.4.1.1.4' },
  ct({ PhotometricInterpretation: 'MONOCHROME2' }),
  { Modality: 'XC', PhotometricInterpretation: 'RGB' },
  { Modality: 'CR', ConversionType: 'WSD' },
]);

/** Headers as scanners write them, and all classes that such a series gets. */
const typical: Readonly<Record<string, [headers: Fields[], classes: string]>> = {
  'a T1 of the head by Siemens': [[mr({
    Manufacturer: 'SIEMENS', ManufacturerModelName: 'Prisma', ImageType: ['ORIGINAL', 'PRIMARY', 'M', 'ND', 'NORM'],
    SeriesDescription: 't1_mprage_sag_p2_iso', SequenceName: '*tfl3d1_16ns', ScanningSequence: ['GR', 'IR'],
    SequenceVariant: ['SK', 'SP', 'MP'], MRAcquisitionType: '3D', EchoTime: '2.98', RepetitionTime: '2300',
    InversionTime: '900', FlipAngle: '9', AngioFlag: 'N', ImageOrientationPatient: ['0.03', '0.99', '-0.02', '0', '-0.02', '-0.99'],
  })], 'SIEMENS original sagittal MR T1'],
  'a FLAIR of the head by Philips': [[mr({
    Manufacturer: 'Philips Medical Systems', ImageType: ['ORIGINAL', 'PRIMARY', 'M_SE', 'M', 'SE'],
    SeriesDescription: '3D FLAIR', ScanningSequence: 'SE', MRAcquisitionType: '3D', EchoTime: '280', RepetitionTime: '4800',
    InversionTime: '1650', '20011003': '0', ImageOrientationPatient: ['0', '1', '0', '0', '0', '-1'],
  })], 'PHILIPS original sagittal MR FLAIR'],
  'diffusion of the head by GE': [['1000000000', '1000001000'].map((b) => mr({
    Manufacturer: 'GE MEDICAL SYSTEMS', ImageType: ['ORIGINAL', 'PRIMARY', 'OTHER'], SeriesDescription: 'Ax DWI',
    ScanningSequence: ['EP', 'SE'], EchoTime: '82', RepetitionTime: '6000', InversionTime: '0',
    '00431039': [b, '8', '0', '0'], ImageOrientationPatient: ['1', '0', '0', '0', '0.94', '0.34'],
  })), 'GE original axial MR diffusion DIFFUSION'],
  'a chest with contrast by Siemens': [[ct({
    Manufacturer: 'Siemens Healthineers', ImageType: ['ORIGINAL', 'PRIMARY', 'AXIAL', 'CT_SOM5 SPI'],
    SeriesDescription: 'Thorax 1.0 Bl57 ax', ConvolutionKernel: ['Bl57d', '3'], ContrastBolusAgent: 'Ultravist 370',
    ImageOrientationPatient: ['1', '0', '0', '0', '1', '0'], PhotometricInterpretation: 'MONOCHROME2',
  })], 'SIEMENS original axial CT sharpkernel contrast'],
  'a topogram by GE': [[ct({
    Manufacturer: 'GE MEDICAL SYSTEMS', ImageType: ['ORIGINAL', 'PRIMARY', 'LOCALIZER'], SeriesDescription: 'Scout',
    ImageOrientationPatient: ['1', '0', '0', '0', '0', '-1'],
  })], 'GE original coronal CT localizer scout'],
  'a dose report': [[ct({
    Manufacturer: 'GE MEDICAL SYSTEMS', ImageType: ['DERIVED', 'SECONDARY', 'SCREEN SAVE'], SeriesDescription: 'Dose Report',
    SOPClassUID: secondaryCapture, ConversionType: 'WSD',
  })], 'GE derived CT screenshot CHECKBURNEDINFO'],
  'an ultrasound clip': [[{
    Manufacturer: 'Philips', Modality: 'US', SOPClassUID: '1.2.840.10008.5.1.4.1.1.3.1', PhotometricInterpretation: 'YBR_FULL_422',
    ImageType: ['ORIGINAL', 'PRIMARY', 'ABDOMINAL', '0001'],
  }], 'PHILIPS original CHECKBURNEDINFO'],
};

for (const [name, [headers, classes]] of Object.entries(typical)) {
  test(`gives ${name} all its classes and no more`, () => {
    assert.deepEqual(classesOf(...headers), classes.split(' '));
    assert.deepEqual(classesOf(...headers.toReversed()), classes.split(' '));
  });
}

test('has a test for every class', () => {
  assert.deepEqual([...new Set(rules.map(({ type }) => type))].filter((type) => !tested.has(type)), []);
});
