// dts status: the state of the station on one screen.

import { reportStation, type StationReport } from '../flow/station-report.ts';
import { declare, type CommonOptions, type Declaration } from './declaration.ts';
import { EXIT, type ExitStatus } from './exit-status.ts';
import { oneLine } from '../job/one-line.ts';
import { formatBytes, loadColours } from './format-table.ts';
import { openStation } from './open-station.ts';
import { print, printJson } from './print.ts';

interface Options extends CommonOptions {
  readonly json?: boolean;
}

const MOST_RETRIES = 5;

export const status: Declaration = {
  command: declare('status', 'show the state of the station on one screen').option('--json', 'as JSON'),
  examples: [
    ['dts status', 'one screen'],
    ['dts status --json | jq .jobs', 'for a program'],
    ['dts status >/dev/null || mail -s "DTS needs you" admin', 'by its exit status'],
  ],
  statuses: [EXIT.data, EXIT.retry, EXIT.configuration],
  async run(_args, options: Options) {
    const { station } = await openStation('status', options);
    const report = await reportStation(station);
    if (options.json === true) await printJson(report);
    else await print(await format(report, station.layout.datadir));
    return STATUS[report.verdict];
  },
};

const STATUS: { readonly [Verdict in StationReport['verdict']]: ExitStatus } = {
  healthy: EXIT.done, retry: EXIT.retry, person: EXIT.data,
};

async function format(report: StationReport, datadir: string): Promise<string> {
  const colours = await loadColours();
  const { receiver, switchedOffBy, arrivals, jobs, deliveries, retries, disk, lastErrors, verdict } = report;
  const verdicts = {
    healthy: colours.green('healthy'),
    retry: colours.yellow('something waits for its next try'),
    person: colours.red('something needs a person'),
  };
  // The receiver is said by name: nothing else may be amiss.
  const isReceiverAlone = verdict === 'retry' && retries.length === 0;
  const headline = isReceiverAlone ? colours.yellow('the receiver does not run') : verdicts[verdict];
  const lines = [
    `Data Transfer Station on ${datadir}: ${headline}`,
    `  receiver    ${receiverText(receiver)}`,
    ...switchedOffBy === undefined ? [] : [
      colours.red(`  receiving   switched off: ${switchedOffBy} holds 0; rm ${switchedOffBy} switches it on`),
    ],
    `  arrivals    ${arrivals.arriving} arriving, ${arrivals.claimed} being seen to, `
      + alarm(arrivals.setAside, 'set aside'),
    `  jobs        ${counts(jobs)}`,
    `  deliveries  ${counts(deliveries)}`,
    `  disk        ${diskText()}`,
    ...retries.slice(0, MOST_RETRIES).map(({ id, notBefore, reason }) => {
      return `  next try    ${notBefore}  ${id}: ${oneLine(reason)}`;
    }),
    ...retries.length > MOST_RETRIES ? [`              and ${retries.length - MOST_RETRIES} more`] : [],
    ...lastErrors.map(({ time, text }) => `  error       ${time}  ${oneLine(text)}`),
  ];
  return `${lines.join('\n')}\n`;

  function alarm(count: number, what: string): string {
    return count === 0 ? `${count} ${what}` : colours.red(`${count} ${what}`);
  }

  function counts(byState: Readonly<Record<string, number>>): string {
    const some = Object.entries(byState).filter(([, count]) => count > 0);
    const texts = some.map(([state, count]) => (state === 'failed' ? alarm(count, state) : `${count} ${state}`));
    return texts.join(', ') || 'none';
  }

  function diskText(): string {
    if (disk === undefined) return `${datadir} does not exist yet`;
    const room = `${formatBytes(disk.freeBytes)} of ${formatBytes(disk.totalBytes)} free`;
    return disk.short ? room + colours.red(`, too little: ${formatBytes(disk.neededBytes)} are needed`) : room;
  }
}

function receiverText(receiver: StationReport['receiver']): string {
  switch (receiver.life) {
    case 'alive': return `alive on ${receiver.address} port ${receiver.port} since ${receiver.since}`;
    case 'dead':
      return `does not answer on ${receiver.address} port ${receiver.port}: ${receiver.text}; cron starts it again`;
    case 'not running': return 'not running; dts receive, or cron within a minute, starts it';
  }
}
