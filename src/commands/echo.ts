// dts echo: asks a destination by C-ECHO whether it is there.

import { peerOf } from '../flow/send-delivery.ts';
import { failureText } from '../job/failure-text.ts';
import { isTemporary } from '../job/failure.ts';
import { echo } from '../network/echo-scu.ts';
import { formatAddress } from '../network/peer.ts';
import { declare, type CommonOptions, type Declaration } from './declaration.ts';
import { UsageFault } from './usage-fault.ts';
import { EXIT } from './exit-status.ts';
import { openConfiguration } from './open-station.ts';

export const echoCommand: Declaration = {
  command: declare('echo', 'ask a destination by C-ECHO whether it is there')
    .argument('<destination>', 'its name in the configuration'),
  examples: [['dts echo PACS', 'asks the destination named PACS']],
  statuses: [EXIT.retry, EXIT.refused, EXIT.configuration],
  async run([name = ''], options: CommonOptions) {
    const { destinations } = await openConfiguration(options);
    const destination = destinations.find((candidate) => candidate.name === name);
    if (destination === undefined) {
      const names = destinations.map((candidate) => candidate.name).join(', ') || 'none';
      throw new UsageFault(`there is no destination ${name} in the configuration (there are: ${names})`);
    }
    const peer = peerOf(destination);
    const answer = await echo(peer);
    if ('echoed' in answer) {
      process.stdout.write(`${name} (${peer.calledAETitle} at ${formatAddress(peer)}) answered in ${Math.round(answer.milliseconds)} ms\n`);
      return EXIT.done;
    }
    process.stderr.write(`dts echo: error: ${name}: no answer: ${failureText(answer)}; `
      + 'look whether it runs, knows our AE title and lets our address in\n');
    return isTemporary(answer) ? EXIT.retry : EXIT.refused;
  },
};
