// What was typed after `npm run bench --` and is not understood.

/** Its message says what is wrong and what there is. */
export class UsageFault extends Error {}
