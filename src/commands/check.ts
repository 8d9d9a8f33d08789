// dts check: looks at configuration and environment, and says what to do about what is not right.

import { formatProblem, formatProblems } from '../config/format-problems.ts';
import { loadConfiguration } from '../config/load.ts';
import { checkBudget } from '../flow/check/check-budget.ts';
import { checkCertificates } from '../flow/check/check-certificates.ts';
import { checkCores } from '../flow/check/check-cores.ts';
import { checkDeidentification } from '../flow/check/check-deidentification.ts';
import { checkDestinationFiles } from '../flow/check/check-destination-trust.ts';
import { checkFolders } from '../flow/check/check-folders.ts';
import { checkHost } from '../flow/check/check-host.ts';
import { checkLabFolders } from '../flow/check/check-lab-folders.ts';
import { checkNetwork } from '../flow/check/check-network.ts';
import { checkReceivingSwitches } from '../flow/check/check-receiving-switch.ts';
import { checkSite } from '../flow/check/check-site.ts';
import type { EnvironmentFinding } from '../flow/check/finding.ts';
import { declare, type CommonOptions, type Declaration } from './declaration.ts';
import { EXIT } from './exit-status.ts';
import { oneLine } from '../job/one-line.ts';
import { loadColours } from './format-table.ts';
import { openStation } from './open-station.ts';
import { print, printJson } from './print.ts';

interface Options extends CommonOptions {
  readonly offline?: boolean;
  readonly json?: boolean;
}

export const check: Declaration = {
  command: declare('check', 'check configuration and environment, and say what to do')
    .option('--offline', 'skip what needs the network')
    .option('--json', 'as JSON'),
  examples: [
    ['dts check', 'everything'],
    ['dts check --offline --config ./new-config', 'a configuration before it is put in place'],
  ],
  statuses: [EXIT.data, EXIT.configuration],
  async run(_args, options: Options) {
    const loaded = await loadConfiguration(options.config);
    if ('problems' in loaded) {
      if (options.json === true) await printJson({ problems: loaded.problems });
      else await print(formatProblems(loaded.problems));
      return EXIT.configuration;
    }
    const { station, sites } = await openStation('check', options);
    const findings = [
      ...await checkHost(station, sites),
      ...await checkFolders(station),
      ...await checkLabFolders(station),
      ...await checkReceivingSwitches(station.configuration),
      ...await checkCertificates(station),
      ...await checkDestinationFiles(station),
      ...await checkDeidentification(station),
      ...await checkCores(station),
      ...await checkBudget(station.configuration),
      ...options.offline === true ? [] : await checkNetwork(station),
    ];
    for (const site of sites) findings.push(...await checkSite(station, site, options.offline === true));
    const { notes } = loaded;
    if (options.json === true) await printJson({ notes, findings });
    else {
      await print(`configuration  ${station.configuration.directory}\n`);
      for (const note of notes) await print(`${note.level.padEnd(7)}  ${formatProblem(note)}\n`);
      await print(await format(findings));
    }
    return findings.some(({ level }) => level === 'error') ? EXIT.data : EXIT.done;
  },
};

async function format(findings: readonly EnvironmentFinding[]): Promise<string> {
  const colours = await loadColours();
  const paint = { ok: colours.green, warning: colours.yellow, error: colours.red };
  return findings.map(({ level, subject, text, remedy }) => {
    const next = remedy === undefined ? '' : `; ${oneLine(remedy)}`;
    return `${paint[level](level.padEnd(7))}  ${subject}: ${oneLine(text)}${next}\n`;
  }).join('');
}
