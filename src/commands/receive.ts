// dts receive: listens as Storage and Verification SCP until it is stopped.

import type { Receiver } from '../config/configuration.ts';
import type { ListenFailure } from '../network/store-scp.ts';
import { declare, type CommonOptions, type Declaration } from './declaration.ts';
import { EXIT, type ExitStatus } from './exit-status.ts';
import { stopSignal } from './stop-signal.ts';
import { unknownWord } from './usage-fault.ts';

export const receive: Declaration = {
  command: declare('receive', 'listen as Storage and Verification SCP until stopped').argument('[site]',
    'a site of receiver.json; without it the station\'s own address'),
  examples: [
    ['dts receive', 'listens as receiver.json says'],
    ['dts receive PROJ', 'listens as its site PROJ'],
    ['dts receive -v', 'and says what comes in'],
  ],
  statuses: [EXIT.inputOutput, EXIT.permission, EXIT.configuration],
  async run([site], options: CommonOptions) {
    const { openConfiguration, stationAt } = await import('./open-station.ts');
    const { runReceiver } = await import('../flow/receive.ts');
    const { Layout } = await import('../spool/layout.ts');
    const { mustBeStationUser } = await import('./station-user.ts');
    const configuration = await openConfiguration(options);
    const receiver = receiverOf(configuration.receiver, site);
    const layout = site === undefined ? new Layout(configuration.datadir, configuration.folders)
      : new Layout(receiver.datadir);
    await mustBeStationUser(layout);
    const { station: { events }, console } = stationAt(layout, configuration, 'receive', options);
    const ended = await runReceiver({ receiver, layout, events, signal: stopSignal() });
    if (ended === 'stopped') return EXIT.done;
    const { text, status } = whyNotListening(ended);
    console.message('error', `receiver: not started: ${text}`);
    return status;
  },
};

/** The receiver with the address, title and data directory of one of its sites. */
function receiverOf(receiver: Receiver, site: string | undefined): Receiver {
  if (site === undefined) return receiver;
  const found = receiver.sites[site];
  if (found === undefined) throw unknownWord('site', site, Object.keys(receiver.sites));
  return { ...receiver, ...found };
}

function whyNotListening(failure: ListenFailure): { readonly text: string; readonly status: ExitStatus } {
  const { reason, address, port } = failure;
  const where = `${address} port ${port}`;
  switch (reason) {
    case 'address-in-use':
      return { text: `something listens on ${where} already; stop it, or change DICOMPORT`, status: EXIT.inputOutput };
    case 'address-not-ours':
      return { text: `${where} is no address of this host; change DICOMIP`, status: EXIT.configuration };
    case 'port-not-permitted':
      return { text: `${where} needs root; choose a DICOMPORT above 1023, such as 11112`, status: EXIT.permission };
  }
}
