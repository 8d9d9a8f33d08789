// A station with sites, each on a port and a data directory of its own.

import { once } from 'node:events';
import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { ReceiverState } from '../../src/flow/receive/receiver-state.ts';
import { Layout } from '../../src/spool/layout.ts';
import { findJson } from '../../src/spool/read.ts';
import { freePort, runPeer } from '../rig/peers.ts';
import { makeStation, type StationFiles, type TestStation } from '../rig/station.ts';
import { until } from './ticks.ts';

/** Where one receiver listens and keeps what comes. */
export interface Place {
  /** Absent for the station itself. */
  readonly site?: string;
  readonly port: number;
  readonly layout: Layout;
}

export interface SiteStation {
  readonly station: TestStation;
  /** The station's own. */
  readonly own: Place;
  readonly sites: readonly Place[];
}

/** @param files without SITES, which follow from the names */
export async function makeSiteStation(
  t: TestContext, names: readonly string[], { receiver = {}, ...files }: StationFiles = {},
): Promise<SiteStation> {
  const station = await makeStation(t);
  const sites: Place[] = [];
  for (const site of names) {
    sites.push({ site, port: await freePort(), layout: new Layout(join(station.root, `data-${site}`)) });
  }
  const SITES = Object.fromEntries(sites.map(({ site = '', port, layout }) => {
    return [site, { DICOMPORT: port, DICOMAETITLE: site, DATADIR: layout.datadir }];
  }));
  await station.configure({ ...files, receiver: { ...receiver, SITES } });
  return { station, own: { port: station.port, layout: station.layout }, sites };
}

/** Starts the receiver of a place and waits until it says that it listens. */
export async function receiveAt(t: TestContext, station: TestStation, { site, layout }: Place): Promise<ChildProcess> {
  const child = station.start(t, site === undefined ? ['receive'] : ['receive', site]);
  let said = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => { said += text; });
  child.stdout?.resume();
  const file = site === undefined ? layout.receiverState : layout.receiverStateOfSite(site);
  await until(`receiver at ${layout.datadir}`, async () => {
    if (child.exitCode !== null) throw new Error(`dts receive ended: ${said}`);
    return (await findJson<ReceiverState>(file))?.pid === child.pid;
  });
  return child;
}

export async function killed(child: ChildProcess): Promise<void> {
  const closed = once(child, 'close');
  child.kill('SIGKILL');
  await closed;
}

/** Sends files to a place with storescu. @returns its exit status */
export async function storeAt({ port }: Place, files: readonly string[], called = 'AICORE1'): Promise<number | null> {
  const words = ['-aet', 'MODALITY', '-aec', called, '127.0.0.1', String(port), ...files];
  return (await runPeer('storescu', words)).exitCode;
}

export async function answers({ port }: Place): Promise<boolean> {
  return (await runPeer('echoscu', ['127.0.0.1', String(port)])).exitCode === 0;
}
