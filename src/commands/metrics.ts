// dts metrics: the state of the station for a monitoring system.

import { formatMetrics } from '../flow/metrics/metric.ts';
import { readStationFacts } from '../flow/metrics/station-facts.ts';
import { METRICS } from '../flow/metrics/table.ts';
import { writeFileDurable } from '../spool/durable.ts';
import { declare, type CommonOptions, type Declaration } from './declaration.ts';
import { EXIT } from './exit-status.ts';
import { openStation } from './open-station.ts';
import { print } from './print.ts';

interface Options extends CommonOptions {
  readonly textfile?: string;
}

/** The exporter that reads the file is another user; there is nothing of patients in it. */
const READABLE_BY_ALL = 0o644;

export const metrics: Declaration = {
  command: declare('metrics', 'print the state of the station for a monitoring system')
    .option('--textfile <path>', 'write this file in one step instead, for the textfile collector of node_exporter'),
  examples: [
    ['dts metrics', 'as Prometheus reads it'],
    ['dts metrics --textfile /var/lib/prometheus/node-exporter/dts.prom', 'every minute, by cron'],
  ],
  statuses: [EXIT.configuration],
  async run(_args, { textfile, ...options }: Options) {
    const { station, sites } = await openStation('metrics', options);
    const text = formatMetrics(METRICS, await readStationFacts(station, sites));
    if (textfile === undefined) await print(text);
    else await writeFileDurable(textfile, text, READABLE_BY_ALL);
    return EXIT.done;
  },
};
