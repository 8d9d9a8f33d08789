// The example core: a small, complete AI program in the shape that the station runs. For each series of its input it
// measures how noisy the images are, and answers with numbers (output.json), a picture and a structured report.
//
// Usage: example-core.mjs [DATA OUTPUT]
//
// DATA holds input/*.dcm and descr.json; OUTPUT gets the results. Without arguments DATA is the folder that
// MONAI_INPUTPATH lies in and OUTPUT is MONAI_OUTPUTPATH, else /data and /output.
//
// Exit status: 0 done; 65 the input cannot be used, standard error says why and nothing is written. It never writes to
// DATA and never uses the network. Research only: not for diagnosis.

import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { measureSeries, type SeriesResult } from './measure-series.ts';
import { outputRows } from './output-json.ts';
import { readInput, type Unusable } from './read-input.ts';
import { writeReportPages } from './secondary-capture.ts';
import { writeStructuredReport } from './structured-report.ts';

const UNUSABLE_INPUT = 65;

const done = await run(process.argv.slice(2), process.env);
if (done !== undefined) {
  process.stderr.write(`example-core: error: ${done.unusable}; nothing was written\n`);
  process.exitCode = UNUSABLE_INPUT;
}

async function run(parameters: string[], environment: NodeJS.ProcessEnv): Promise<Unusable | undefined> {
  if (parameters.length !== 0 && parameters.length !== 2) {
    return { unusable: `${parameters.length} arguments given, expected: example-core.mjs DATA OUTPUT` };
  }
  const monaiInput = environment['MONAI_INPUTPATH'];
  const data = parameters[0] ?? (monaiInput ? dirname(monaiInput) : '/data');
  const output = parameters[1] ?? (environment['MONAI_OUTPUTPATH'] || '/output');

  const input = await readInput(data);
  if ('unusable' in input) return input;
  const results: SeriesResult[] = [];
  for (const series of input.series) {
    const result = await measureSeries(series);
    results.push(result);
    process.stdout.write(`${formatResult(result)}\n`);
  }

  await mkdir(output, { recursive: true });
  const now = new Date();
  await writeReportPages(output, input, results, now);
  await writeStructuredReport(output, input, results, now);
  await writeFile(join(output, 'output.json'), `${JSON.stringify(outputRows(results), null, 2)}\n`);
  return undefined;
}

function formatResult(result: SeriesResult): string {
  const { SeriesNumber, SeriesInstanceUID } = result.series;
  const name = `series ${SeriesNumber || '?'} (${SeriesInstanceUID})`;
  if ('notMeasurable' in result) return `${name}: not measured: ${result.notMeasurable}`;
  const { signalToNoise, statistics } = result;
  const distribution = `mean ${statistics.mean.toFixed(1)}, SD ${statistics.standardDeviation.toFixed(1)}`;
  const ratio =
    'notMeasurable' in signalToNoise ? `not measured: ${signalToNoise.notMeasurable}` : signalToNoise.ratio.toFixed(2);
  return `${name}: ${distribution}, SNR ${ratio}`;
}
