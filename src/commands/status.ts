// dts status: the state of the station on one screen.

import { hostname } from 'node:os';
import { waitText } from '../flow/arrival/list-waits.ts';
import { heldText } from '../flow/delivery/why-delivery-waits.ts';
import { reportStation, type SiteReport, type StationReport } from '../flow/report/station-report.ts';
import type { Station } from '../flow/station.ts';
import { budgetText } from './budget-text.ts';
import { addSite, declare, type CommonOptions, type Declaration } from './declaration.ts';
import { EXIT, type ExitStatus } from './exit-status.ts';
import { failureText } from '../job/failure-text.ts';
import { oneLine } from '../job/one-line.ts';
import { formatBytes, loadColours } from './format-table.ts';
import { openStation } from './open-station.ts';
import { print, printJson } from './print.ts';

interface Options extends CommonOptions {
  readonly json?: boolean;
}

const MOST_RETRIES = 5;
const MOST_WAITS = 5;
const MOST_HELD = 5;

export const status: Declaration = {
  command: addSite(declare('status', 'show the state of the station on one screen')).option('--json', 'as JSON'),
  examples: [
    ['dts status', 'one screen'],
    ['dts status --site PROJ', 'of the site PROJ alone'],
    ['dts status --json | jq .jobs', 'for a program'],
    ['dts status >/dev/null || mail -s "DTS needs you" admin', 'by its exit status'],
  ],
  statuses: [EXIT.data, EXIT.retry, EXIT.configuration],
  async run(_args, options: Options) {
    const { station, sites } = await openStation('status', options);
    const report = await reportStation(station, sites);
    if (options.json === true) await printJson(report);
    else await print(await format(report, station));
    return STATUS[report.verdict];
  },
};

const STATUS: { readonly [Verdict in StationReport['verdict']]: ExitStatus } = {
  healthy: EXIT.done, retry: EXIT.retry, person: EXIT.data,
};

async function format(report: StationReport, { configuration, layout }: Station): Promise<string> {
  const colours = await loadColours();
  const {
    receiver, switchedOffBy, arrivals, waits, jobs, held, heldDeliveries, deliveries, retries, disk, lastErrors, sites, verdict,
  } = report;
  const { datadir } = layout;
  const verdicts = {
    healthy: colours.green('healthy'),
    retry: colours.yellow('something waits for its next try'),
    person: colours.red('something needs a person'),
  };
  // A receiver is said by name: nothing else may be amiss.
  const isReceiverAlone = verdict === 'retry' && [report, ...sites].every((one) => one.retries.length === 0);
  const aReceiver = sites.length === 0 ? 'the receiver' : 'a receiver';
  const headline = isReceiverAlone ? colours.yellow(`${aReceiver} does not run`) : verdicts[verdict];
  const ofSite = configuration.site === undefined ? '' : `, site ${oneLine(configuration.site)}`;
  const lines = [
    `Data Transfer Station on ${datadir}${ofSite}: ${headline}`,
    `  receiver    ${receiverText(receiver, configuration.site)}`,
    ...switchedOffBy === undefined ? [] : [
      colours.red(`  receiving   switched off: ${switchedOffBy} holds 0; rm ${switchedOffBy} switches it on`),
    ],
    `  arrivals    ${arrivals.arriving} arriving, ${arrivals.waiting} waited for, ${arrivals.claimed} being seen to, `
      + alarm(arrivals.setAside, 'set aside'),
    ...waitLines(waits),
    `  jobs        ${counts(jobs)}`,
    ...held.slice(0, MOST_HELD).map(({ JobId, reason }) => `  held        ${JobId}: ${oneLine(reason)}`),
    ...held.length > MOST_HELD ? [`              and ${held.length - MOST_HELD} more: dts jobs --state held`] : [],
    `  cores       ${budgetText(report.budget)}`,
    ...hostLines(report.hosts),
    `  deliveries  ${counts(deliveries)}`,
    ...deliveryLines(report),
    ...heldDeliveries.slice(0, MOST_HELD).map(({ DeliveryId, reason }) => `  held        ${DeliveryId}: ${reason}`),
    ...heldDeliveries.length > MOST_HELD
      ? [`              and ${heldDeliveries.length - MOST_HELD} more: dts deliveries --state held`] : [],
    `  disk        ${diskText()}`,
    ...retries.slice(0, MOST_RETRIES).map(({ id, notBefore, reason }) => {
      return `  next try    ${notBefore}  ${id}: ${oneLine(reason)}`;
    }),
    ...retries.length > MOST_RETRIES ? [`              and ${retries.length - MOST_RETRIES} more`] : [],
    ...lastErrors.map(({ time, text }) => `  error       ${time}  ${oneLine(text)}`),
    ...sites.map(siteText),
  ];
  return `${lines.join('\n')}\n`;

  /** Nothing of one host alone that is well. */
  function hostLines(hosts: StationReport['hosts']): string[] {
    const others = hosts.filter(({ host }) => host !== hostname());
    return (others.length === 0 ? [] : hosts).map(({ host, silentSeconds, running, isMissed }) => {
      const heard = `${oneLine(host)}  ${running} running, not heard of for ${silentSeconds} s`;
      return `  host        ${isMissed ? colours.red(`${heard}; dts jobs cancel gives up what it runs`) : heard}`;
    });
  }

  function alarm(count: number, what: string): string {
    return count === 0 ? `${count} ${what}` : colours.red(`${count} ${what}`);
  }

  function counts(byState: Readonly<Record<string, number>>): string {
    const some = Object.entries(byState).filter(([, count]) => count > 0);
    const texts = some.map(([state, count]) => (state === 'failed' ? alarm(count, state) : `${count} ${state}`));
    return texts.join(', ') || 'none';
  }

  function siteText(of: SiteReport): string {
    const isWell = of.verdict === 'healthy' || (of.verdict === 'retry' && of.retries.length === 0);
    const more = isWell ? '' : `; ${verdicts[of.verdict]}: dts status --site ${shellWord(of.site)} shows more`;
    return `  ${`site ${of.site}`.padEnd(11)} ${receiverText(of.receiver, of.site)}${more}`;
  }

  function diskText(): string {
    if (disk === undefined) return `${datadir} does not exist yet`;
    const room = `${formatBytes(disk.freeBytes)} of ${formatBytes(disk.totalBytes)} free`;
    return disk.short ? room + colours.red(`, too little: ${formatBytes(disk.neededBytes)} are needed`) : room;
  }
}

/** Quiet times are over soon; what else is waited for is told, and how not to wait for it. */
function waitLines(waits: StationReport['waits']): string[] {
  const long = waits.filter(({ waitsFor }) => waitsFor !== 'too-early');
  const lines = long.slice(0, MOST_WAITS).map((wait) => {
    return `  waits       study ${wait.StudyInstanceUID} for stream ${oneLine(wait.stream)} ${oneLine(waitText(wait))}`;
  });
  if (long.length > MOST_WAITS) lines.push(`              and ${long.length - MOST_WAITS} more`);
  if (long.length > 0) lines.push('              dts jobs release --complete STUDY has one go on with what there is');
  return lines;
}

/** Places that do not work or are held, and what deliveries wait for. */
function deliveryLines({ troubles, heldDestinations, deliveryWaits }: StationReport): string[] {
  return [
    ...troubles.slice(0, MOST_WAITS).map(({ destination, failingSince, notBefore, last }) => {
      return `  trouble     ${oneLine(destination)} since ${failingSince}, asked again after ${notBefore}: ${failureText(last)}`;
    }),
    ...troubles.length > MOST_WAITS ? [`              and ${troubles.length - MOST_WAITS} more`] : [],
    ...heldDestinations.map((held) => `  held        destination ${oneLine(`${held.destination}: ${heldText(held)}`)}`),
    ...deliveryWaits.slice(0, MOST_WAITS).map(({ text, count }) => {
      return `  waits       ${count === 1 ? '1 delivery' : `${count} deliveries`} ${oneLine(text)}`;
    }),
    ...deliveryWaits.length > MOST_WAITS ? ['              and more: dts deliveries --state pending'] : [],
  ];
}

function receiverText(receiver: StationReport['receiver'], site: string | undefined): string {
  switch (receiver.life) {
    case 'alive': {
      const withTls = receiver.tlsPort === undefined ? '' : `, with TLS on port ${receiver.tlsPort},`;
      return `alive on ${receiver.address} port ${receiver.port}${withTls} since ${receiver.since}`;
    }
    case 'dead':
      return `does not answer on ${receiver.address} port ${receiver.port}: ${receiver.text}; cron starts it again`;
    case 'not running':
      return site === undefined ? 'not running; dts receive, or cron within a minute, starts it'
        : `not running; dts receive ${shellWord(site)}, or its line in the crontab within a minute, starts it`;
  }
}

/** A site's name as a person types it. */
function shellWord(site: string): string {
  return /^[\w.-]+$/.test(site) ? site : `'${site.replaceAll("'", "'\\''")}'`;
}
