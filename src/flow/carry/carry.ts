// Takes instances to a destination, in the way of its kind.

import type { ReachableDestination } from '../../config/destination.ts';
import type { Delivery } from '../../job/delivery.ts';
import type { Failure } from '../../job/failure.ts';
import type { InstanceToSend } from '../../network/store-scu.ts';
import type { Station } from '../station.ts';
import { carryByDimse } from './carry-by-dimse.ts';

/** An instance as it leaves: what lies in `file`, under the UIDs that it has there. */
export interface OutgoingInstance extends InstanceToSend {
  /** As delivery.json lists it; another one where what leaves was de-identified. */
  readonly originalSOPInstanceUID: string;
}

/** What goes to a destination in one try. */
export interface Shipment {
  /** What still has to be stored there. */
  readonly instances: readonly OutgoingInstance[];
  /** Absent where a person sends files by hand. */
  readonly delivery?: Delivery;
  /** Where instances of it lie in a folder since earlier tries: paths below its root. */
  readonly placed?: readonly string[];
  /** A folder for copies that are needed while sending; may be missing, and may hold what a crash left. */
  readonly scratch: string;
}

/** What became of an instance: a status as of C-STORE, or why there is none. */
export type CarriedInstance =
  /** `path`: where it lies in a folder, below its root. `sentAs`: the transfer syntax that it was converted to. */
  | { readonly instance: OutgoingInstance; readonly status: number; readonly path?: string; readonly sentAs?: string }
  | { readonly instance: OutgoingInstance; readonly failure: Failure };

export interface CarryHooks {
  /** Told of each as it is known, before more is begun than may be sent twice. What it throws ends the try. */
  answered(carried: CarriedInstance): Promise<void>;
  /** Ends at once, in the middle of an instance too. */
  readonly signal?: AbortSignal | undefined;
}

/** How a try ended. Nothing set: every instance has its answer. */
export interface Carried {
  /** Why the destination as a whole did not work. */
  readonly failure?: Failure | undefined;
  /** A person must look before it is tried again: what failed does not pass by itself, and is not the instances'. */
  readonly hold?: true;
  /** By the caller's signal. */
  readonly stopped?: true | undefined;
}

export async function carry(
  station: Station, destination: ReachableDestination, shipment: Shipment, hooks: CarryHooks,
): Promise<Carried> {
  switch (destination.type) {
    case 'dicom': return carryByDimse(destination, shipment, hooks);
    case 'dicomweb': {
      const { carryByWeb } = await import('./carry-by-web.ts');
      return carryByWeb(destination, shipment, hooks);
    }
    case 'folder': {
      const { carryToFolder } = await import('./carry-to-folder.ts');
      return carryToFolder(station, destination, shipment, hooks);
    }
  }
}
