// Who sends: how each is started, and how it shows that it has sent everything.

import { join } from 'node:path';
import { findAnswers } from '../../../src/spool/delivery-store.ts';
import { ROOT, TestStation } from '../../rig/station.ts';
import type { InstanceSet } from '../instances/instance-set.ts';
import { DESTINATION, makeDueDelivery } from './due-delivery.ts';

export type SenderName = 'storescu' | 'dcmsend' | 'dts forward' | 'dts forward --to';

export interface Sender {
  readonly program: string;
  readonly args: readonly string[];
  /** Where it runs. */
  readonly cwd: string;
  /** Whether Node.js is started with it. */
  readonly isOurs: boolean;
  /** When each instance was answered, in milliseconds of any clock; empty where it does not say. */
  answeredAt(): Promise<readonly number[]>;
}

export interface SenderPlace {
  /** An empty folder of its own, on the file system of the instances. */
  readonly folder: string;
  /** Of the receiver on this machine. */
  readonly port: number;
}

export const PDU_LENGTH = 131_072;

/** Makes what a sender needs in its folder: for `dts forward` a station with one delivery that is due. */
export async function prepareSender(name: SenderName, set: InstanceSet, { folder, port }: SenderPlace): Promise<Sender> {
  switch (name) {
    case 'storescu': case 'dcmsend': {
      const length = String(PDU_LENGTH);
      const options = ['-pdu', length, '--max-send-pdu', length, '-aec', DESTINATION, '127.0.0.1', String(port)];
      const args = [...options, ...set.instances.map((instance) => instance.name)];
      return { program: name, args, cwd: set.folder, isOurs: false, answeredAt: async () => [] };
    }
    case 'dts forward': {
      const station = await stationFor({ folder, port });
      const { DeliveryId } = await makeDueDelivery(station, set);
      const done = station.layout.deliveryFolder('done', DeliveryId);
      return {
        ...ours(station, []),
        answeredAt: async () => (await findAnswers(done)).map(({ time }) => Date.parse(time)),
      };
    }
    case 'dts forward --to': {
      const station = await stationFor({ folder, port });
      return { ...ours(station, ['--to', DESTINATION, set.folder]), answeredAt: async () => [] };
    }
  }
}

async function stationFor({ folder, port }: SenderPlace): Promise<TestStation> {
  const station = new TestStation(folder, 0);
  const destination = [{ name: DESTINATION, AETitle: DESTINATION, IP: '127.0.0.1', PORT: port }];
  await station.configure({ receiver: { DICOMPORT: 11112 }, config: { Streams: [{ name: 'Relay', trigger: {}, destination }] } });
  return station;
}

function ours(station: TestStation, words: readonly string[]): Omit<Sender, 'answeredAt'> {
  const args = [join(ROOT, 'bin', 'dts'), 'forward', ...words, '--config', station.config];
  return { program: process.execPath, args, cwd: '/', isOurs: true };
}
