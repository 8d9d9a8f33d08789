// The content of the measurement report (PS3.16 TID 1500): language, observer and procedure, the images that were
// looked at (TID 1600), and a group of measurements for each series (TID 1501). Codes are of DCM, SCT and UCUM, and of
// our own scheme where those have none.

import type { Dataset } from '../../dicom/write.ts';
import {
  code, container, imageItem, number, outline, text, uidReference, type Code, type ImageReference,
} from './content-item.ts';
import type { Measurement, SeriesResult, SignalToNoise } from './measure-series.ts';
import type { Instance, Series } from './read-input.ts';
import { CORE_NAME, DISCLAIMER, equipment } from './result-identity.ts';

/** Our own coding scheme, PS3.16 section 8: names of local schemes begin with 99. */
export const LOCAL_SCHEME = '99DTS';

const HOUNSFIELD: Code = ["[hnsf'U]", 'UCUM', 'Hounsfield unit'];
const NO_UNITS: Code = ['1', 'UCUM', 'no units'];
const RATIO: Code = ['{ratio}', 'UCUM', 'ratio'];

const LANGUAGE: Code = ['121049', 'DCM', 'Language of Content Item and Descendants'];
const COMMENT: Code = ['121106', 'DCM', 'Comment'];
const DERIVATION: Code = ['121401', 'DCM', 'Derivation'];
const ATTENUATION: Code = ['112031', 'DCM', 'Attenuation Coefficient'];
const PIXEL_VALUE: Code = ['PIXELVALUE', LOCAL_SCHEME, 'Pixel value'];
const SNR: Code = ['SNR', LOCAL_SCHEME, 'Signal-to-noise ratio'];
const SIGNAL: Code = ['SIGNAL', LOCAL_SCHEME, 'Mean of the marked area'];
const NOISE: Code = ['NOISE', LOCAL_SCHEME, 'Noise within tissue'];
const METHOD: Code = ['370129005', 'SCT', 'Measurement Method'];
const LAPLACIAN: Code = ['IMMERKAER', LOCAL_SCHEME, 'Difference of Laplacians, median magnitude'];
const IMAGE_REGION: Code = ['111030', 'DCM', 'Image Region'];

const PROCEDURES: Readonly<Record<string, Code>> = {
  CT: ['77477000', 'SCT', 'Computed tomography'],
  MR: ['113091000', 'SCT', 'Magnetic resonance imaging'],
};
const ANY_PROCEDURE: Code = ['363679005', 'SCT', 'Imaging'];

/** The children of the report's root, in the order of TID 1500. */
export function measurementContent(
  results: readonly SeriesResult[],
  identifiers: { deviceUID: string; trackingUID: (series: Series) => string },
): Dataset[] {
  const modality = results[0]?.series.Modality ?? '';
  return [
    code('HAS CONCEPT MOD', LANGUAGE, ['en', 'RFC5646', 'English']),
    code('HAS OBS CONTEXT', ['121005', 'DCM', 'Observer Type'], ['121007', 'DCM', 'Device']),
    uidReference('HAS OBS CONTEXT', ['121012', 'DCM', 'Device Observer UID'], identifiers.deviceUID),
    text('HAS OBS CONTEXT', ['121013', 'DCM', 'Device Observer Name'], CORE_NAME),
    text('HAS OBS CONTEXT', ['121014', 'DCM', 'Device Observer Manufacturer'], String(equipment['Manufacturer'])),
    code('HAS CONCEPT MOD', ['121058', 'DCM', 'Procedure reported'], PROCEDURES[modality] ?? ANY_PROCEDURE),
    text('CONTAINS', COMMENT, DISCLAIMER),
    container('CONTAINS', ['111028', 'DCM', 'Image Library'], results.map(({ series }) => imageGroup(series))),
    container(
      'CONTAINS',
      ['126010', 'DCM', 'Imaging Measurements'],
      results.map((result) => measurementGroup(result, identifiers.trackingUID(result.series))),
    ),
  ];
}

/** How an instance, or one frame of it, is named in the report. */
export function referenceTo({ SOPInstanceUID, header }: Instance, frameNumber?: number): ImageReference {
  const multiFrame = (header.number('NumberOfFrames') ?? 1) > 1;
  return {
    SOPClassUID: header.text('SOPClassUID') ?? '',
    SOPInstanceUID,
    frameNumber: multiFrame ? frameNumber : undefined,
  };
}

function imageGroup(series: Series): Dataset {
  return container('CONTAINS', ['126200', 'DCM', 'Image Library Group'], [
    uidReference('HAS ACQ CONTEXT', ['112002', 'DCM', 'Series Instance UID'], series.SeriesInstanceUID),
    ...series.instances.map((instance) => imageItem('CONTAINS', referenceTo(instance))),
  ]);
}

function measurementGroup(result: SeriesResult, trackingUID: string): Dataset {
  const { series } = result;
  const name = [series.SeriesNumber, series.SeriesDescription].filter(Boolean).join(' ') || series.SeriesInstanceUID;
  return container('CONTAINS', ['125007', 'DCM', 'Measurement Group'], [
    text('HAS OBS CONTEXT', ['112039', 'DCM', 'Tracking Identifier'], `Series ${name}`),
    uidReference('HAS OBS CONTEXT', ['112040', 'DCM', 'Tracking Unique Identifier'], trackingUID),
    ...('notMeasurable' in result
      ? [text('CONTAINS', COMMENT, `Not measured: ${result.notMeasurable}`)]
      : [...distribution(result), ...signalToNoiseItems(result)]),
  ]);
}

function distribution({ hounsfield, statistics }: Measurement): Dataset[] {
  const derivations: [Code, number][] = [
    [['373098007', 'SCT', 'Mean'], statistics.mean],
    [['386136009', 'SCT', 'Standard Deviation'], statistics.standardDeviation],
    [['255605001', 'SCT', 'Minimum'], statistics.minimum],
    [['56851009', 'SCT', 'Maximum'], statistics.maximum],
  ];
  return derivations.map(([derivation, value]) =>
    number(hounsfield ? ATTENUATION : PIXEL_VALUE, value, hounsfield ? HOUNSFIELD : NO_UNITS, [
      code('HAS CONCEPT MOD', DERIVATION, derivation),
    ]),
  );
}

function signalToNoiseItems(result: Measurement): Dataset[] {
  const { signalToNoise, hounsfield } = result;
  if ('notMeasurable' in signalToNoise) {
    return [text('CONTAINS', COMMENT, `Signal-to-noise ratio not measured: ${signalToNoise.notMeasurable}`)];
  }
  const unit = hounsfield ? HOUNSFIELD : NO_UNITS;
  const method = code('HAS CONCEPT MOD', METHOD, LAPLACIAN);
  return [
    number(SNR, signalToNoise.ratio, RATIO, [method, markedArea(result, signalToNoise)]),
    number(SIGNAL, signalToNoise.signal, unit, [markedArea(result, signalToNoise)]),
    number(NOISE, signalToNoise.noise, unit, [method]),
  ];
}

function markedArea({ sample }: Measurement, { region }: SignalToNoise): Dataset {
  const { row, column, side } = region;
  return outline(
    'INFERRED FROM',
    IMAGE_REGION,
    [[column, row], [column + side, row], [column + side, row + side], [column, row + side]],
    referenceTo(sample.instance, sample.frameNumber),
  );
}
