// dts echo: asks a destination whether it is there, by C-ECHO or, where it is a DICOMweb server, by QIDO-RS.

import { askDestination } from '../flow/carry/ask-destination.ts';
import { failureText } from '../job/failure-text.ts';
import { isTemporary } from '../job/failure.ts';
import { addSite, declare, type CommonOptions, type Declaration } from './declaration.ts';
import { EXIT } from './exit-status.ts';
import { openStation } from './open-station.ts';
import { print } from './print.ts';
import { unknownDestination } from './unknown-destination.ts';
import { UsageFault } from './usage-fault.ts';

export const echoCommand: Declaration = {
  command: addSite(declare('echo', 'ask a destination whether it is there and lets us in'))
    .argument('<destination>', 'its name in the configuration'),
  examples: [['dts echo PACS', 'asks the destination named PACS']],
  statuses: [EXIT.retry, EXIT.refused, EXIT.configuration],
  async run([name = ''], options: CommonOptions) {
    const { station: { configuration }, console } = await openStation('echo', options);
    const { destinations } = configuration;
    const destination = destinations.find((candidate) => candidate.name === name);
    if (destination === undefined) throw unknownDestination(configuration, name, destinations.map((known) => known.name));
    if (destination.type === 'sender') {
      throw new UsageFault(`destination ${name} is whoever sent a study; dts echo asks those that \`senders\` names`);
    }
    const asked = await askDestination(destination);
    if ('answered' in asked) {
      await print(`${name}: ${asked.answered}\n`);
      return EXIT.done;
    }
    const { failure, remedy } = asked;
    console.message('error', `${name}: no answer: ${failureText(failure)}; ${remedy}`);
    return isTemporary(failure) ? EXIT.retry : EXIT.refused;
  },
};
