// The state of the station in one look: what is alive, what waits, what needs a person.

import { stat } from 'node:fs/promises';
import { ACTIVE_JOB_STATES } from '../../job/job-state.ts';
import { failureText } from '../../job/failure-text.ts';
import { eventText } from '../../log/event-text.ts';
import { readEvents } from '../../log/read-events.ts';
import { listDeliveryIds } from '../../spool/delivery-store.ts';
import { findClock, listJobIds } from '../../spool/job-store.ts';
import type { DeliveryFolder, JobFolder } from '../../spool/layout.ts';
import { isSwitchedOff } from '../../spool/receiving-switch.ts';
import { reportDeliveryWaits, type DeliveryWaits } from './delivery-waits.ts';
import { reportBudget, type BudgetReport } from './budget-report.ts';
import { faultOf } from '../fault.ts';
import { findReceiver, type ReceiverLife } from '../receive/find-receiver.ts';
import { findHeldDeliveries, findHeldJobs, type HeldDelivery, type HeldJob } from './held-by-station.ts';
import { reportHosts, type HostReport } from './host-report.ts';
import { countStation, type StationCounts } from './station-counts.ts';
import type { Station } from '../station.ts';
import { isClaim, surveyArrivals } from '../arrival/survey-arrivals.ts';

/** scan-arrived takes seconds for a claim; an `exec` action may take ten minutes. */
const STUCK_SECONDS = 900;

/** How many of the last errors are told. */
const LAST_ERRORS = 5;

export interface StationReport extends StationCounts, DeliveryWaits {
  /** What cores may use of this host, and what those use that run. */
  readonly budget: BudgetReport;
  /** Those that look after jobs on this data directory; with another name than this one's, or silent, worth a look. */
  readonly hosts: readonly HostReport[];
  readonly receiver: ReceiverLife;
  /** The file that switches receiving off; absent where it is on. */
  readonly switchedOffBy?: string;
  /** Jobs that the station itself holds for a person to look at. */
  readonly held: readonly HeldJob[];
  /** Deliveries of that kind. */
  readonly heldDeliveries: readonly HeldDelivery[];
  /** Jobs and deliveries that wait for another try, with the reason. */
  readonly retries: readonly Retry[];
  readonly lastErrors: readonly { readonly time: string; readonly text: string }[];
  /** Sites that have a receiver of their own. */
  readonly sites: readonly SiteReport[];
  /** Of the sites, too. `retry`: something waits for another try, or for cron to start it; `person`: something needs a person. */
  readonly verdict: 'healthy' | 'retry' | 'person';
}

/** The same of a site, over its own data directory. */
export interface SiteReport extends Omit<StationReport, 'sites'> {
  readonly site: string;
}

interface Retry {
  readonly id: string;
  readonly notBefore: string;
  readonly reason: string;
}

/** @param sites those of the station that have a receiver of their own */
export async function reportStation(station: Station, sites: readonly Station[]): Promise<StationReport> {
  const report = await reportOne(station);
  const ofSites: SiteReport[] = [];
  for (const site of sites) ofSites.push({ site: site.configuration.site ?? '', ...await reportOne(site) });
  const verdicts = [report, ...ofSites].map(({ verdict }) => verdict);
  const verdict = (['person', 'retry'] as const).find((one) => verdicts.includes(one)) ?? 'healthy';
  return { ...report, sites: ofSites, verdict };
}

async function reportOne(station: Station): Promise<Omit<StationReport, 'sites'>> {
  const { layout } = station;
  const counts = await countStation(station);
  const { arrivals, jobs, deliveries, disk } = counts;
  const retries = [...await findStuckClaims(station), ...await findRetries(station)];
  const receiver = await findReceiver(station);
  const budget = await reportBudget(station);
  const hosts = await reportHosts(station);
  const isOff = await isSwitchedOff(layout);
  const failed = jobs.failed + deliveries.failed + arrivals.setAside;
  const held = await findHeldJobs(layout);
  const heldDeliveries = await findHeldDeliveries(layout);
  const isMissing = hosts.some(({ isMissed }) => isMissed);
  const deliveryWaits = await reportDeliveryWaits(station);
  const waiting = failed + held.length + heldDeliveries.length + deliveryWaits.damagedDeliveries;
  const needsPerson = waiting > 0 || isMissing || disk?.short === true || receiver.life === 'dead' || isOff;
  const needsTime = retries.length > 0 || receiver.life === 'not running';
  return {
    receiver, ...(isOff ? { switchedOffBy: layout.receivingSwitch } : {}), ...counts, ...deliveryWaits, held, heldDeliveries,
    budget,
    hosts, retries,
    lastErrors: await findLastErrors(station),
    verdict: needsPerson ? 'person' : needsTime ? 'retry' : 'healthy',
  };
}

/** Arrivals that were claimed, wait for nothing and were, for whatever reason, not seen to for a while. */
async function findStuckClaims(station: Station): Promise<Retry[]> {
  const { layout, now } = station;
  const stuck: Retry[] = [];
  for (const { found: claim, origin, streams, course } of (await surveyArrivals(station)).arrivals) {
    if (!isClaim(claim) || course !== 'see-to') continue;
    const found = await stat(layout.claim(claim.name)).catch(() => undefined); // it may be finished by now
    const dueAt = streams.flatMap(({ standing }) => (standing.standing === 'due' ? [standing.since.getTime()] : []));
    const claimedAt = found?.ctime ?? now();
    const neglectedAt = Math.max(claimedAt.getTime(), dueAt.length === 0 ? 0 : Math.min(...dueAt));
    if (now().getTime() - neglectedAt < STUCK_SECONDS * 1000) continue;
    const reason = `claimed at ${claimedAt.toISOString()} and not seen to; dts scan-arrived -v says why`;
    stuck.push({ id: `study ${origin.StudyInstanceUID}`, notBefore: now().toISOString(), reason });
  }
  return stuck;
}

async function findRetries({ layout, now }: Station): Promise<Retry[]> {
  const retries: Retry[] = [];
  const note = async (id: string, folder: JobFolder | DeliveryFolder): Promise<void> => {
    try {
      const clock = await findClock(folder);
      const isTried = clock?.last.reason !== 'commitment-not-reported'; // a report may take its time
      if (clock !== undefined && isTried) retries.push({ id, notBefore: clock.notBefore, reason: failureText(clock.last) });
    } catch (thrown) {
      retries.push({ id, notBefore: now().toISOString(), reason: failureText(faultOf(thrown, folder.path)) });
    }
  };
  for (const state of ACTIVE_JOB_STATES) {
    for (const id of await listJobIds(layout, state)) await note(id, layout.jobFolder(state, id));
  }
  for (const state of ['pending', 'confirming'] as const) {
    for (const id of await listDeliveryIds(layout, state)) await note(id, layout.deliveryFolder(state, id));
  }
  return retries;
}

async function findLastErrors({ layout, now }: Station): Promise<{ time: string; text: string }[]> {
  const sinceDay = new Date(now().getTime() - 86_400_000).toISOString().slice(0, 10);
  const errors: { time: string; text: string }[] = [];
  for await (const event of readEvents(layout, { sinceDay })) {
    if (event.level !== 'error') continue;
    errors.push({ time: event.time, text: eventText(event) });
    if (errors.length > LAST_ERRORS) errors.shift();
  }
  return errors;
}
