// dts receive: listens as Storage and Verification SCP until it is stopped.

import type { Receiver } from '../config/configuration.ts';
import { declare, type CommonOptions, type Declaration } from './declaration.ts';
import { UsageFault } from './usage-fault.ts';
import { EXIT } from './exit-status.ts';
import { openStation } from './open-station.ts';
import { stopSignal } from './stop-signal.ts';

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
    const { runReceiver } = await import('../flow/receive.ts');
    const { Layout } = await import('../spool/layout.ts');
    const { openEventLog } = await import('../log/event-log.ts');
    const { withConsole } = await import('../log/console.ts');
    const { station: { configuration, layout, events }, console } = await openStation('receive', options);
    const receiver = receiverOf(configuration.receiver, site);
    const ofSite = site === undefined ? { layout, events } : siteOf(new Layout(receiver.datadir));
    function siteOf(siteLayout: InstanceType<typeof Layout>): { layout: typeof siteLayout; events: typeof events } {
      return { layout: siteLayout, events: withConsole(openEventLog(siteLayout, 'receive'), console) };
    }
    const ended = await runReceiver({ receiver, ...ofSite, signal: stopSignal() });
    if (ended === 'stopped') return EXIT.done;
    const where = `${ended.address} port ${ended.port}`;
    switch (ended.reason) {
      case 'address-in-use':
        console.message('error', `receiver: not started: something listens on ${where} already; stop it or change DICOMPORT`);
        return EXIT.inputOutput;
      case 'address-not-ours':
        console.message('error', `receiver: not started: ${where} is no address of this host; change DICOMIP`);
        return EXIT.configuration;
      case 'port-not-permitted':
        console.message('error', `receiver: not started: ${where} needs root; choose a DICOMPORT above 1023, such as 11112`);
        return EXIT.permission;
    }
  },
};

/** The receiver with the address, title and data directory of one of its sites. */
function receiverOf(receiver: Receiver, site: string | undefined): Receiver {
  if (site === undefined) return receiver;
  const found = receiver.sites[site];
  if (found === undefined) {
    throw new UsageFault(`there is no site ${site} in receiver.json (there are: ${Object.keys(receiver.sites).join(', ') || 'none'})`);
  }
  return { ...receiver, ...found };
}
