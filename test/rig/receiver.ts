// A receiver of the station, running in this process on a port and in a data directory of its own.

import { readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { TestContext } from 'node:test';
import type { Receiver, ReceiverLimits, ReceiverTls } from '../../src/config/configuration.ts';
import { runReceiver } from '../../src/flow/receive/receive.ts';
import type { StationEvent } from '../../src/log/event.ts';
import { Layout } from '../../src/spool/layout.ts';
import { temporaryFolder } from './peers.ts';

/** Nothing that a test waits for takes longer. */
const LONGEST_SECONDS = 60;

type Named<Name> = Extract<StationEvent, { event: Name }>;

export interface RunningReceiver {
  readonly port: number;
  /** NaN where it does not listen for TLS. */
  readonly tlsPort: number;
  readonly layout: Layout;
  /** What it told the event log so far. */
  readonly events: readonly StationEvent[];
  /** The first `count` events of a name, waited for where they have not happened yet. */
  happened<Name extends StationEvent['event']>(name: Name, count?: number): Promise<Named<Name>[]>;
  /** As a signal would; resolves when it has stopped. */
  stop(): Promise<unknown>;
}

export interface ReceiverOptions {
  readonly accept?: Partial<Receiver['accept']>;
  readonly limits?: Partial<ReceiverLimits>;
  readonly sopClasses?: readonly string[];
  readonly acceptUnknownSOPClasses?: boolean;
  /** A data directory that is there already; a temporary one when not given. */
  readonly datadir?: string;
  readonly address?: string;
  readonly port?: number;
  /** The site that it receives for. */
  readonly site?: string;
  /** Port 0 where it says none. */
  readonly tls?: Omit<ReceiverTls, 'port'> & { readonly port?: number };
  readonly lookAtCertificatesSeconds?: number;
  /** What is done to its data directory before it starts. */
  prepare?(layout: Layout): Promise<unknown>;
}

/** The receiver of a configuration with defaults that suit a test. */
export function makeReceiver(datadir: string, options: ReceiverOptions = {}): Receiver {
  return {
    address: options.address ?? '127.0.0.1',
    port: options.port ?? 0,
    AETitle: 'DTS',
    datadir,
    timezone: 'UTC',
    accept: { calledAETitles: [], callingAETitles: [], callerIPs: [], ...options.accept },
    limits: {
      associations: 16,
      pduLength: 131072,
      objectBytes: 4 * 1024 ** 3,
      idleSeconds: 60,
      artimSeconds: 30,
      minFreeBytes: 0,
      minFreePercent: 0,
      ...options.limits,
    },
    sopClasses: options.sopClasses ?? [],
    acceptUnknownSOPClasses: options.acceptUnknownSOPClasses ?? false,
    ...(options.tls === undefined ? {} : { tls: { port: 0, ...options.tls } }),
    sites: {},
  };
}

/** Starts one and waits until it listens; it is stopped after the test. */
export async function startReceiver(
  t: Pick<TestContext, 'after'>, options: ReceiverOptions = {},
): Promise<RunningReceiver> {
  const cleanUps: (() => unknown)[] = [];
  const after = (cleanUp: unknown) => void cleanUps.push(cleanUp as () => unknown);
  const datadir = options.datadir ?? await temporaryFolder({ after });
  const layout = new Layout(datadir);
  await options.prepare?.(layout);
  const events: StationEvent[] = [];
  const waiting = new Set<() => void>();
  const stopping = new AbortController();

  let run: ReturnType<typeof runReceiver> | undefined;
  const stop = async () => {
    stopping.abort('SIGTERM');
    return run;
  };
  t.after(async () => {
    await stop();
    for (const cleanUp of cleanUps) await cleanUp(); // not before it has stopped
  });
  const [port, tlsPort] = await new Promise<[number, number]>((resolve, reject) => {
    run = runReceiver({
      receiver: makeReceiver(datadir, options),
      site: options.site,
      layout,
      events: {
        write(event) {
          events.push(event);
          waiting.forEach((look) => look());
        },
      },
      signal: stopping.signal,
      onListening: (plain, withTls = NaN) => resolve([plain, withTls]),
      ...(options.lookAtCertificatesSeconds === undefined ? {}
        : { lookAtCertificatesSeconds: options.lookAtCertificatesSeconds }),
    });
    run.then((ended) => reject(new Error(`the receiver did not start: ${JSON.stringify(ended)}`)), reject);
  });

  return {
    port,
    tlsPort,
    layout,
    events,
    stop,
    happened<Name extends StationEvent['event']>(name: Name, count = 1) {
      return new Promise<Named<Name>[]>((resolve, reject) => {
        const tooLate = setTimeout(() => {
          reject(new Error(`no ${count} ${name} in ${LONGEST_SECONDS} s but ${JSON.stringify(events)}`));
        }, LONGEST_SECONDS * 1000);
        const look = () => {
          const found = events.filter((event): event is Named<Name> => event.event === name);
          if (found.length < count) return;
          waiting.delete(look);
          clearTimeout(tooLate);
          resolve(found.slice(0, count));
        };
        waiting.add(look);
        look();
      });
    },
  };
}

/** The files below a folder, hidden ones too, relative to it and in order of name. */
export async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return files.map((file) => relative(folder, join(file.parentPath, file.name))).sort();
}
