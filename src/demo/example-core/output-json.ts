// The numbers of a run as the station's prediction rows: a list of {field_name, value, unit, ...}, one for each number
// and series, and a reason where there is no number.

import type { SeriesResult } from './measure-series.ts';

export type OutputRow = {
  readonly field_name: string;
  readonly value: number | string | readonly number[];
  /** UCUM. */
  readonly unit?: string;
  readonly SeriesInstanceUID: string;
  readonly SeriesNumber: string;
  readonly SeriesDescription: string;
  readonly [extra: string]: unknown;
};

export function outputRows(results: readonly SeriesResult[]): OutputRow[] {
  return results.flatMap((result) => {
    const { SeriesInstanceUID, SeriesNumber, SeriesDescription } = result.series;
    const row = (field_name: string, value: OutputRow['value'], more: object = {}): OutputRow => ({
      field_name, value, ...more, SeriesInstanceUID, SeriesNumber, SeriesDescription,
    });
    if ('notMeasurable' in result) return [row('not_measurable', result.notMeasurable)];

    const { statistics, histogram, signalToNoise } = result;
    const unit = result.hounsfield ? { unit: "[hnsf'U]" } : { unit: '1' };
    return [
      row('minimum', rounded(statistics.minimum), unit),
      row('maximum', rounded(statistics.maximum), unit),
      row('mean', rounded(statistics.mean), unit),
      row('standard_deviation', rounded(statistics.standardDeviation), unit),
      row('histogram', histogram.counts, { unit: '{pixels}', minimum: histogram.minimum, maximum: histogram.maximum }),
      ...('notMeasurable' in signalToNoise
        ? [row('signal_to_noise_not_measurable', signalToNoise.notMeasurable)]
        : [
            row('signal_to_noise', rounded(signalToNoise.ratio), { unit: '{ratio}' }),
            row('signal', rounded(signalToNoise.signal), unit),
            row('noise', rounded(signalToNoise.noise), unit),
          ]),
    ];
  });
}

function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}
