// dts echo: asks a destination by C-ECHO whether it is there.

import { peerOf } from '../flow/carry/carry-by-dimse.ts';
import { failureText } from '../job/failure-text.ts';
import { isTemporary } from '../job/failure.ts';
import { echo } from '../network/echo-scu.ts';
import { formatAddress } from '../network/peer.ts';
import { addSite, declare, type CommonOptions, type Declaration } from './declaration.ts';
import { EXIT } from './exit-status.ts';
import { openStation } from './open-station.ts';
import { print } from './print.ts';
import { unknownWord, UsageFault } from './usage-fault.ts';

export const echoCommand: Declaration = {
  command: addSite(declare('echo', 'ask a destination by C-ECHO whether it is there'))
    .argument('<destination>', 'its name in the configuration'),
  examples: [['dts echo PACS', 'asks the destination named PACS']],
  statuses: [EXIT.retry, EXIT.refused, EXIT.configuration],
  async run([name = ''], options: CommonOptions) {
    const { station: { configuration: { destinations } }, console } = await openStation('echo', options);
    const destination = destinations.find((candidate) => candidate.name === name);
    if (destination === undefined) throw unknownWord('destination', name, destinations.map((known) => known.name));
    if (destination.type !== 'dicom') {
      throw new UsageFault(`destination ${name} is of type "${destination.type}"; dts echo asks DICOM nodes`);
    }
    const peer = peerOf(destination);
    const answer = await echo(peer);
    if ('echoed' in answer) {
      const milliseconds = Math.round(answer.milliseconds);
      await print(`${name} (${peer.calledAETitle} at ${formatAddress(peer)}) answered in ${milliseconds} ms\n`);
      return EXIT.done;
    }
    console.message('error', `${name}: no answer: ${failureText(answer)}; look whether it runs, knows our AE title `
      + `(${destination.OwnAETitle}) and lets our address in`);
    return isTemporary(answer) ? EXIT.retry : EXIT.refused;
  },
};
