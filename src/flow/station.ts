// What every step of the story is given: the configuration, the paths, the event log and the time.

import type { Configuration } from '../config/configuration.ts';
import type { EventLog } from '../log/event-log.ts';
import type { Layout } from '../spool/layout.ts';

export interface Station {
  readonly configuration: Configuration;
  readonly layout: Layout;
  readonly events: EventLog;
  readonly now: () => Date;
}
