// dts demo: the main job on this machine, with nothing configured.

import { mkdtemp, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { oneLine } from '../job/one-line.ts';
import { writeError } from '../log/standard-error.ts';
import { exists } from '../spool/read.ts';
import { declare, type CommonOptions, type Declaration } from './declaration.ts';
import { EXIT } from './exit-status.ts';
import { loadColours } from './format-table.ts';
import { print } from './print.ts';
import { stopSignal } from './stop-signal.ts';
import { UsageFault } from './usage-fault.ts';

interface Options extends CommonOptions {
  readonly directory?: string;
}

export const demo: Declaration = {
  command: declare('demo', 'show the main job on this machine: a study in, a core on it, the result out')
    .option('--directory <directory>',
      'where to keep it: a new or empty one (default: one below the temporary directory)'),
  examples: [['dts demo', 'needs no configuration, no root and nothing else']],
  statuses: [EXIT.data, EXIT.inputOutput],
  async run(_args, options: Options) {
    const { demonstrate } = await import('../demo/demonstrate.ts');
    const colours = await loadColours();
    const { directory } = options;
    const root = directory === undefined ? await mkdtemp(join(tmpdir(), 'dts-demo-')) : resolve(directory);
    if (await exists(root) && (await readdir(root)).length > 0) throw new UsageFault(`${root} is not empty`);
    let number = 0;
    const outcome = await demonstrate(root, {
      async step(text) {
        number += 1;
        await print(`${colours.bold(`${number}. ${text}`)}\n`);
      },
      async fact(text) { await print(`   ${oneLine(text)}\n`); },
    }, stopSignal());
    if (!outcome.intact) {
      writeError(`dts demo: error: the result did not come back intact: ${oneLine(outcome.reason)}\n`);
      return EXIT.data;
    }
    const { picture, files, place, JobId } = outcome;
    const lines = [
      '', colours.green('The result came back intact. It lies here, as a PACS would have it:'),
      ...files.map((file) => `   ${file}`),
      ...picture === undefined ? [] : ['', 'The report is a picture: any DICOM viewer shows it, or (package dcmtk)',
        `   dcm2pnm --write-png ${picture} report.png`],
      '', 'Look around in what happened:',
      `   ${programName()} status --config ${place.config}`,
      `   ${programName()} jobs show ${JobId} --config ${place.config}`,
      `   ${programName()} explain ${JobId} --config ${place.config}`,
      '', `All of it is in ${root}; remove it when you have seen enough.`, '',
    ];
    await print(lines.join('\n'));
    return EXIT.done;
  },
};

/** How the person called the program, or `dts` where that is longer than it need be. */
function programName(): string {
  const [, program = 'dts'] = process.argv;
  const fromHere = relative(process.cwd(), program);
  return fromHere.startsWith('..') ? program : `./${fromHere}`;
}
