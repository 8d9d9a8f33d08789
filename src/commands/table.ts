// The subcommands, in the order in which help lists them, each loaded only when it is asked for.

import type { Declaration } from './declaration.ts';

const PIPELINE = 'What cron starts:';
const LOOKING = 'Looking, and stepping in:';
const SETTING_UP = 'Setting up:';

/** `group` is the heading in help. */
export const COMMANDS = [
  { name: 'receive', group: PIPELINE, load: async () => (await import('./receive.ts')).receive },
  { name: 'scan-arrived', group: PIPELINE, load: async () => (await import('./scan-arrived.ts')).scanArrivedCommand },
  { name: 'run-one-job', group: PIPELINE, load: async () => (await import('./run-one-job.ts')).runOneJob },
  { name: 'forward', group: PIPELINE, load: async () => (await import('./forward.ts')).forward },
  { name: 'status', group: LOOKING, load: async () => (await import('./status.ts')).status },
  { name: 'jobs', group: LOOKING, load: async () => (await import('./jobs.ts')).jobs },
  { name: 'deliveries', group: LOOKING, load: async () => (await import('./deliveries.ts')).deliveries },
  { name: 'explain', group: LOOKING, load: async () => (await import('./explain.ts')).explain },
  { name: 'log', group: LOOKING, load: async () => (await import('./log.ts')).log },
  { name: 'metrics', group: LOOKING, load: async () => (await import('./metrics.ts')).metrics },
  { name: 'demo', group: SETTING_UP, load: async () => (await import('./demo.ts')).demo },
  { name: 'check', group: SETTING_UP, load: async () => (await import('./check.ts')).check },
  { name: 'config', group: SETTING_UP, load: async () => (await import('./config.ts')).config },
  { name: 'select', group: SETTING_UP, load: async () => (await import('./select.ts')).select },
  { name: 'deidentify', group: SETTING_UP, load: async () => (await import('./deidentify.ts')).deidentify },
  { name: 'sort', group: SETTING_UP, load: async () => (await import('./sort.ts')).sort },
  { name: 'echo', group: SETTING_UP, load: async () => (await import('./echo.ts')).echoCommand },
] as const satisfies readonly { readonly name: string; readonly group: string; load(): Promise<Declaration> }[];
