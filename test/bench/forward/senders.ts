// Who sends: how each is started, and how it shows that it has sent everything.

import { join } from 'node:path';
import { findAnswers } from '../../../src/spool/delivery-store.ts';
import { readFileMeta } from '../../../src/dicom/file-meta.ts';
import type { InstanceToSend } from '../../../src/network/store-scu.ts';
import { makeDueDeliveries } from '../../rig/due-delivery.ts';
import { ROOT, TestStation } from '../../rig/station.ts';
import type { InstanceSet } from '../instances/instance-set.ts';

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

/** Name and AE title. */
const DESTINATION = 'BENCH';

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
      const [delivery] = await makeDueDeliveries(station, [DESTINATION], await describeSet(set), set.StudyInstanceUID);
      const done = station.layout.deliveryFolder('done', delivery?.DeliveryId ?? '');
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

/** All instances of a set are of one kind. */
async function describeSet({ folder, instances }: InstanceSet): Promise<InstanceToSend[]> {
  const meta = await readFileMeta(join(folder, instances[0]?.name ?? ''));
  if ('notDicom' in meta) throw new Error(`the set ${meta.notDicom}`);
  const { MediaStorageSOPClassUID: SOPClassUID = '', TransferSyntaxUID } = meta;
  return instances.map(({ name, SOPInstanceUID }) => {
    return { file: join(folder, name), SOPInstanceUID, SOPClassUID, TransferSyntaxUID };
  });
}
