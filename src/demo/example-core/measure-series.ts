// Measures one series: the distribution of its values, and signal and noise in tissue.

import { readFrames, type Frame, type NotMeasurable } from './pixel-data.ts';
import type { Instance, Series } from './read-input.ts';
import { estimateNoise, findSignal, medianOf, type Region } from './signal-to-noise.ts';
import { createHistogram, createStatistics, type Histogram, type Statistics } from './statistics.ts';
import { findTissue } from './tissue.ts';

/** RescaleType (0028,1054). */
const RESCALE_TYPE = 0x00281054;

/** The frame in the middle of the series, to be shown. */
export type Sample = { readonly instance: Instance; readonly frameNumber: number; readonly frame: Frame };

export type SignalToNoise = {
  readonly ratio: number;
  readonly signal: number;
  readonly noise: number;
  /** Where the signal was measured, in the sample. */
  readonly region: Region;
};

export type Measurement = {
  readonly series: Series;
  /** Whether values are Hounsfield units. */
  readonly hounsfield: boolean;
  readonly frameCount: number;
  readonly sample: Sample;
  readonly statistics: Statistics;
  readonly histogram: Histogram;
  readonly signalToNoise: SignalToNoise | NotMeasurable;
};

export type SeriesResult = Measurement | (NotMeasurable & { readonly series: Series });

/** Reads the series' pixels twice: once for their range, once for what depends on it. */
export async function measureSeries(series: Series): Promise<SeriesResult> {
  const hounsfield = isHounsfield(series);
  const localizer = isLocalizer(series);
  const statistics = createStatistics();
  let frameCount = 0;
  for (const { path, header } of series.instances) {
    const frames = await readFrames(path, header);
    if ('notMeasurable' in frames) return { series, ...frames };
    for (const frame of frames) statistics.add(frame.values);
    frameCount += frames.length;
  }

  const result = statistics.result();
  const histogram = createHistogram(result.minimum, result.maximum);
  const noises: number[] = [];
  let sample: Sample | undefined;
  let seen = 0;
  for (const instance of series.instances) {
    const frames = await readFrames(instance.path, instance.header);
    if ('notMeasurable' in frames) return { series, ...frames };
    for (const [index, frame] of frames.entries()) {
      histogram.add(frame.values);
      const noise = localizer ? undefined : estimateNoise(frame, findTissue(frame, hounsfield));
      if (noise !== undefined) noises.push(noise);
      if (seen === frameCount >> 1) sample = { instance, frameNumber: index + 1, frame };
      seen += 1;
    }
  }
  if (sample === undefined) throw new Error(`series ${series.SeriesInstanceUID} changed while it was read`);

  const signalToNoise = localizer
    ? { notMeasurable: 'a localizer adds up what lies behind each other' }
    : measureSignalToNoise(sample.frame, hounsfield, noises);
  return { series, hounsfield, frameCount, sample, statistics: result, histogram: histogram.result(), signalToNoise };
}

/** Signal of the sample over the median noise of all frames. */
function measureSignalToNoise(frame: Frame, hounsfield: boolean, noises: number[]): SignalToNoise | NotMeasurable {
  if (noises.length === 0) return { notMeasurable: 'no image shows enough tissue' };
  const noise = medianOf(noises);
  if (noise === 0) return { notMeasurable: 'tissue has no noise at all' };
  const signal = findSignal(frame, findTissue(frame, hounsfield));
  if (signal === undefined) return { notMeasurable: 'the middle image has no even area of tissue near its middle' };
  return { ratio: signal.mean / noise, signal: signal.mean, noise, region: signal.region };
}

/** CT values are Hounsfield units unless RescaleType says otherwise, PS3.3 section C.8.2.1.1.2. */
function isHounsfield({ Modality, instances }: Series): boolean {
  const { header } = instances[0]!;
  if (Modality !== 'CT' || header.number('RescaleIntercept') === undefined) return false;
  return (header.text(RESCALE_TYPE, 'LO') ?? 'HU') === 'HU';
}

function isLocalizer({ instances }: Series): boolean {
  return instances[0]!.header.texts('ImageType').includes('LOCALIZER');
}
