// The metrics of the station. A new one is a new entry here, a look-up in station-facts.ts where it needs one, and a
// row in the page of `dts metrics`.

import type { Metric, Sample } from './metric.ts';
import type { StationFacts } from './station-facts.ts';

export const METRICS: readonly Metric<StationFacts>[] = [
  {
    name: 'dts_receiver_up',
    help: 'Whether the receiver answers a C-ECHO (1) or not (0).',
    samples: ({ site, isReceiverUp }) => [{ labels: { site }, value: Number(isReceiverUp) }],
  },
  {
    name: 'dts_certificate_usable',
    help: 'Whether key, certificate and authorities of the TLS port can be used (1) or not (0).',
    samples: ({ site, tls }) => (tls === undefined ? [] : [{ labels: { site }, value: Number(tls.isUsable) }]),
  },
  {
    name: 'dts_destination_certificate_usable',
    help: 'Whether the files of TLS for a destination can be used (1) or not (0).',
    samples: ({ site, tlsOfDestinations }) => [...tlsOfDestinations].map(([destination, { isUsable }]) => {
      return { labels: { site, destination }, value: Number(isUsable) };
    }),
  },
  {
    name: 'dts_certificate_expiry_timestamp_seconds',
    help: 'When the first of the certificates in a file expires, of the TLS port or of destinations.',
    samples: ({ site, tls, tlsOfDestinations }) => {
      const expiries = [tls, ...tlsOfDestinations.values()].flatMap((facts) => facts?.expiries ?? []);
      const byFile = new Map(expiries.map(({ file, seconds }) => [file, seconds]));
      return [...byFile].map(([file, value]) => ({ labels: { site, file }, value }));
    },
  },
  {
    name: 'dts_arrivals',
    help: 'Studies that are arriving, waited for by some stream, claimed (being seen to), or set aside for a person.',
    samples: ({ site, counts }) => (counts === undefined ? [] : byState(site, {
      'arriving': counts.arrivals.arriving, 'waiting': counts.arrivals.waiting, 'claimed': counts.arrivals.claimed, 'set-aside': counts.arrivals.setAside,
    })),
  },
  {
    name: 'dts_jobs',
    help: 'Jobs by state.',
    samples: ({ site, counts }) => byState(site, counts?.jobs ?? {}),
  },
  {
    name: 'dts_deliveries',
    help: 'Deliveries by state.',
    samples: ({ site, counts }) => byState(site, counts?.deliveries ?? {}),
  },
  {
    name: 'dts_disk_free_bytes',
    help: 'Room that is left on the disk of the data directory.',
    samples: ({ site, counts: { disk } = {} }) => {
      return disk === undefined ? [] : [{ labels: { site }, value: disk.freeBytes }];
    },
  },
  {
    name: 'dts_disk_short',
    help: 'Whether there is less room than the limits want, so that nothing is received (1), or enough (0).',
    samples: ({ site, counts: { disk } = {} }) => {
      return disk === undefined ? [] : [{ labels: { site }, value: Number(disk.short) }];
    },
  },
];

function byState(site: string, counts: Readonly<Record<string, number>>): Sample[] {
  return Object.entries(counts).map(([state, value]) => ({ labels: { site, state }, value }));
}
