// dts receive: listens as Storage and Verification SCP until it is stopped.

import type { NotReceiving } from '../flow/receive/receive.ts';
import { declare, type CommonOptions, type Declaration } from './declaration.ts';
import { EXIT, type ExitStatus } from './exit-status.ts';
import { stopSignal } from './stop-signal.ts';

/** Threads that wait for the disk, one for each association that stores at the same time; read when the first starts. */
const THREADS = 16;

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
    process.env['UV_THREADPOOL_SIZE'] ??= String(THREADS);
    const { openStation } = await import('./open-station.ts');
    const { runReceiver } = await import('../flow/receive/receive.ts');
    const { receiverName } = await import('../flow/receive/receiver-state.ts');
    const { mustBeStationUser } = await import('./station-user.ts');
    const { station, console } = await openStation('receive', site === undefined ? options : { ...options, site });
    await mustBeStationUser(station.layout);
    const { configuration: { receiver, site: ofSite }, layout, events } = station;
    const ended = await runReceiver({ receiver, site: ofSite, layout, events, signal: stopSignal() });
    if (ended === 'stopped') return EXIT.done;
    const key = ended.port === receiver.tls?.port ? 'tls.port' : 'DICOMPORT';
    const { level, text, status } = whyNotReceiving(ended, key);
    console.message(level, `${receiverName(ofSite)}: not started: ${text}`);
    return status;
  },
};

interface Told {
  readonly level: 'warning' | 'error';
  readonly text: string;
  readonly status: ExitStatus;
}

/** @param key the one that names the port */
function whyNotReceiving(why: NotReceiving, key: string): Told {
  const { reason, address, port } = why;
  const where = `${address} port ${port}`;
  switch (reason) {
    case 'runs-already': {
      const text = `it runs already, on ${where} since ${why.startedAt}; kill ${why.pid} stops that one`;
      return { level: 'warning', text, status: EXIT.done };
    }
    case 'address-in-use': {
      const text = `something listens on ${where} already; stop it, or change ${key}`;
      return { level: 'error', text, status: EXIT.inputOutput };
    }
    case 'address-not-ours': {
      const text = `${where} is no address of this host; change DICOMIP`;
      return { level: 'error', text, status: EXIT.configuration };
    }
    case 'port-not-permitted': {
      const text = `${where} needs root; choose a ${key} above 1023`;
      return { level: 'error', text, status: EXIT.permission };
    }
  }
}
