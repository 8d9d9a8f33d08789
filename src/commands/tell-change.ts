// What became of a change that a person asked for, of a job or a delivery: told in a line, and as an exit status.

import type { Console } from '../log/console.ts';
import { EXIT, type ExitStatus } from './exit-status.ts';
import { print } from './print.ts';

/** `moved` and `refused` name the state in which it is now. */
export type Change =
  | { readonly moved: string }
  | { readonly refused: string }
  | { readonly impossible: string }
  | { readonly hindered: string }
  | 'busy';

/**
 * @param why what keeps a busy one from being changed; which ones the change is for
 * @param isPlan it was not changed, and only would be
 */
export async function tellChange(
  console: Console, id: string, change: Change, why: { readonly busy: string; readonly openTo: string },
  { isPlan = false } = {},
): Promise<ExitStatus> {
  if (change === 'busy') {
    console.message('warning', `${id}: not changed: ${why.busy}; try again`);
    return EXIT.retry;
  }
  if ('hindered' in change) {
    console.message('warning', `${id}: not changed: ${change.hindered}`);
    return EXIT.retry;
  }
  if ('impossible' in change) {
    console.message('error', `${id}: not changed: ${change.impossible}`);
    return EXIT.data;
  }
  if ('refused' in change) {
    console.message('error', `${id}: not changed: it is ${change.refused}; ${why.openTo}`);
    return EXIT.data;
  }
  await print(`${id}: ${isPlan ? 'would be ' : ''}${change.moved}\n`);
  return EXIT.done;
}
