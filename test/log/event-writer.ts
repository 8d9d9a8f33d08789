// A process that writes many events at once with others: `event-writer.ts <datadir> <name> <count> <padding>`.

import { openEventLog } from '../../src/log/event-log.ts';
import { Layout } from '../../src/spool/layout.ts';

const [datadir = '', name = '', count = '', padding = ''] = process.argv.slice(2);
const log = openEventLog(new Layout(datadir), name);
for (let number = 0; number < Number(count); number += 1) {
  const text = 'x'.repeat((number * 37) % Number(padding));
  log.write({ event: 'arrival-rejected', text, file: `${name} ${number}` });
}
