// Wrong use of the command line that commander cannot see. ending.ts makes exit status 64 of it.

export class UsageFault extends Error {}
