// The subcommands, in the order in which help lists them, each loaded only when it is asked for.

import type { Declaration } from './declaration.ts';

export const COMMANDS = [
  { name: 'receive', load: async () => (await import('./receive.ts')).receive },
  { name: 'scan-arrived', load: async () => (await import('./scan-arrived.ts')).scanArrivedCommand },
  { name: 'run-one-job', load: async () => (await import('./run-one-job.ts')).runOneJob },
  { name: 'forward', load: async () => (await import('./forward.ts')).forward },
  { name: 'status', load: async () => (await import('./status.ts')).status },
  { name: 'jobs', load: async () => (await import('./jobs.ts')).jobs },
  { name: 'deliveries', load: async () => (await import('./deliveries.ts')).deliveries },
  { name: 'explain', load: async () => (await import('./explain.ts')).explain },
  { name: 'log', load: async () => (await import('./log.ts')).log },
  { name: 'demo', load: async () => (await import('./demo.ts')).demo },
  { name: 'check', load: async () => (await import('./check.ts')).check },
  { name: 'config', load: async () => (await import('./config.ts')).config },
  { name: 'echo', load: async () => (await import('./echo.ts')).echoCommand },
] as const satisfies readonly { readonly name: string; load(): Promise<Declaration> }[];

export type CommandName = (typeof COMMANDS)[number]['name'];
