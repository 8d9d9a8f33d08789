// dts forward PATH… --to DESTINATION --dry-run: what would be changed in files before they leave, and nothing leaves.

import { previewChanges, type Preview } from '../flow/prepare/preview.ts';
import { listFiles } from '../flow/list-files.ts';
import { failureText } from '../job/failure-text.ts';
import { oneLine } from '../job/one-line.ts';
import type { CommonOptions } from './declaration.ts';
import { EXIT, type ExitStatus } from './exit-status.ts';
import { openStation } from './open-station.ts';
import { print, printJson } from './print.ts';
import { unknownDestination } from './unknown-destination.ts';
import { UsageFault } from './usage-fault.ts';

interface Options extends CommonOptions {
  readonly json?: boolean;
}

export async function forwardDryRun(paths: readonly string[], to: string, options: Options): Promise<ExitStatus> {
  if (paths.length === 0) throw new UsageFault('--dry-run needs files or folders');
  const { station, console } = await openStation('forward', options);
  const destinations = station.configuration.destinations.filter((one) => one.type !== 'sender');
  const destination = destinations.find(({ name }) => name === to);
  if (destination === undefined) {
    throw unknownDestination(station.configuration, to, destinations.map(({ name }) => name));
  }
  const files = await listFiles(paths);
  if ('missing' in files) throw new UsageFault(`there is no file or folder ${files.missing}`);

  const previews: Preview[] = [];
  let total = 0;
  let unfit = 0;
  for await (const preview of previewChanges(station, destination, files)) {
    const { file, failure } = preview;
    if (options.json === true) previews.push(preview);
    if (failure?.reason === 'instance-unreadable') {
      console.message('warning', `${file}: would not be sent: ${failure.text}; what is DICOM is sent`);
      continue;
    }
    total += 1;
    if (failure !== undefined) {
      unfit += 1;
      console.message('error', `${file}: would not leave: ${failureText(failure)}`);
    } else if (options.json !== true) {
      await print(formatPreview(preview));
    }
  }
  if (options.json === true) await printJson(previews);
  if (total === 0) console.message('error', `${to}: nothing would leave: no DICOM file is among what was named`);
  return total === 0 || unfit > 0 ? EXIT.data : EXIT.done;
}

/** As diff has it, element by element. */
function formatPreview({ file, differences, changes }: Preview): string {
  if (differences.length === 0) return `${oneLine(file)}: leaves as it is\n`;
  const lines = differences.flatMap(({ element, before, after }) => {
    const wantedBy = [...new Set(changes.filter((change) => change.element === element).map(({ by }) => by))];
    return [
      `  ${element}${wantedBy.length === 0 ? '' : `  (${wantedBy.join(', ')})`}`,
      ...before === undefined ? [] : [`  - ${oneLine(before)}`],
      ...after === undefined ? [] : [`  + ${oneLine(after)}`],
    ];
  });
  return `${oneLine(file)}:\n${lines.join('\n')}\n`;
}
