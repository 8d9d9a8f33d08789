// Who receives: how each is started, and where it puts what it received.

import { join } from 'node:path';
import type { ReceivedPlace } from '../instances/arrived.ts';
import type { ReceiverProgram } from '../processes/running-receiver.ts';
import { ROOT, TestStation } from '../../rig/station.ts';

export type ContenderName = 'storescp' | 'storescp --fork' | 'dts receive';

export interface ContenderChoice {
  readonly name: ContenderName;
  /** Whether storescp writes datasets as they came, as `dts receive` always does, or encodes them anew, its default. */
  readonly bitPreserving: boolean;
}

export interface Contender extends ReceiverProgram, ReceivedPlace {
  readonly name: ContenderName;
}

export interface ContenderPlace {
  /** An empty folder of its own. */
  readonly folder: string;
  readonly port: number;
  /** The longest PDU that it tells senders to send, in bytes. */
  readonly pduLength: number;
}

/** Makes what a contender needs in its folder. */
export async function prepareContender(
  { name, bitPreserving }: ContenderChoice, place: ContenderPlace,
): Promise<Contender> {
  const encoding = bitPreserving ? '+B' : '-B';
  switch (name) {
    case 'storescp': return storescp(name, [encoding], place);
    case 'storescp --fork': return storescp(name, [encoding, '--fork'], place);
    case 'dts receive': return dtsReceive(name, place);
  }
}

function storescp(
  name: ContenderName, options: readonly string[], { folder, port, pduLength }: ContenderPlace,
): Contender {
  return {
    name,
    program: 'storescp',
    args: [...options, '-q', '-dhl', '-pdu', String(pduLength), '-od', folder, String(port)],
    studyFolder: () => folder,
    instanceIn: (fileName) => fileName.slice(fileName.indexOf('.') + 1), // CT.<SOPInstanceUID>
  };
}

async function dtsReceive(name: ContenderName, { folder, port, pduLength }: ContenderPlace): Promise<Contender> {
  const station = new TestStation(folder, port);
  await station.configure({ receiver: { limits: { minFreeBytes: 0, minFreePercent: 0, pduLength } } });
  return {
    name,
    program: process.execPath,
    args: [join(ROOT, 'bin', 'dts'), 'receive', '--config', station.config],
    studyFolder: (StudyInstanceUID) => station.layout.archivedStudy(StudyInstanceUID),
    instanceIn: (fileName) => fileName.slice(0, -'.dcm'.length),
  };
}
