// What lies behind a destination, whatever it is called: several destinations may be one archive.

import type { ReachableDestination } from './destination.ts';

/** Equal for destinations that are the same place. It stands in delivery.json and names leases, so it never changes. */
export function placeOf(destination: ReachableDestination): string {
  switch (destination.type) {
    case 'dicom': return `peer ${destination.AETitle} ${destination.IP} ${destination.PORT}`;
    case 'folder': return `folder ${destination.root}`;
    case 'dicomweb': return `web ${destination.url}`;
  }
}
