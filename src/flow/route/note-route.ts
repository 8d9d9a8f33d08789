// Keeps where a delivery went and what was considered, a line each time that it goes anywhere else than before.

import { failureText } from '../../job/failure-text.ts';
import type { Consideration, RouteLine } from '../../job/route.ts';
import type { StoredDelivery } from '../../spool/delivery-store.ts';
import { appendLineDurable } from '../../spool/durable-lines.ts';
import { findJsonLines } from '../../spool/read.ts';
import type { Station } from '../station.ts';
import type { Route } from './route-delivery.ts';

/** @param sentDespite told in words of what somebody did not want to wait for */
export async function noteRoute(
  station: Station, { folder }: StoredDelivery, { to, choice, considered, despite }: Route,
  sentDespite?: (text: string) => void,
): Promise<void> {
  if (despite !== undefined) sentDespite?.(`${to.name} ${whatIsWrong(considered, to.name)}`);
  if (choice === undefined && despite === undefined) return;
  const last = (await findRoutes(folder)).at(-1);
  if (last?.chosen === to.name && last.despite === despite) return;
  const line: RouteLine = {
    time: station.now().toISOString(), considered, chosen: to.name, ...(despite === undefined ? {} : { despite }),
  };
  await appendLineDurable(folder.routes, JSON.stringify(line));
}

/** In the order of time. */
export async function findRoutes(folder: StoredDelivery['folder']): Promise<RouteLine[]> {
  return findJsonLines<RouteLine>(folder.routes);
}

function whatIsWrong(considered: readonly Consideration[], name: string): string {
  const { window, trouble } = considered.find(({ destination }) => destination === name) ?? {};
  if (window?.isOpen === false) return `is closed until ${window.opensAt ?? 'its `when` is changed'}`;
  return trouble === undefined ? 'works' : `is in trouble since ${trouble.since}: ${failureText(trouble.failure)}`;
}
