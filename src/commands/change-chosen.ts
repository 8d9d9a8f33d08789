// Changes jobs or deliveries for a person: those named, or those that a filter fits and the change is for. Says first
// how many that is, and asks where somebody can answer.

import { faultOf } from '../flow/fault.ts';
import { failureText } from '../job/failure-text.ts';
import { isTemporary } from '../job/failure.ts';
import type { Console } from '../log/console.ts';
import { hasCode } from '../spool/error-code.ts';
import { confirm, mayAsk } from './confirm.ts';
import { EXIT, worst, type ExitStatus } from './exit-status.ts';
import { print, printJson } from './print.ts';
import { tellChange, type Change } from './tell-change.ts';
import { UsageFault } from './usage-fault.ts';

/** What is changed, and how. */
export interface Changeable {
  readonly one: 'job' | 'delivery';
  readonly many: 'jobs' | 'deliveries';
  /** How the id is called with --json. */
  readonly id: 'JobId' | 'DeliveryId';
  /** In the order in which they are counted. */
  readonly states: readonly string[];
  /** Of those that are meant. */
  readonly ids: readonly string[];
  /** By a filter that names no state, so that those which the change is not for are passed over. */
  readonly isAnyState: boolean;
  readonly isByFilter: boolean;
  /** Why one that is busy cannot be changed, and which ones the change is for. */
  readonly why: { readonly busy: string; readonly openTo: string };
  /** What a change would come to. */
  plan(id: string): Promise<Change | 'unknown'>;
  change(id: string): Promise<Change | 'unknown'>;
}

export interface ChangeOptions {
  readonly dryRun?: boolean;
  readonly yes?: boolean;
  readonly json?: boolean;
}

/** One that is meant, with what the change would come to. */
interface Planned {
  readonly id: string;
  readonly outcome: Change;
}

/** @param what the word for the change, such as `retry` */
export async function changeChosen(
  console: Console, what: string, changeable: Changeable, { dryRun = false, yes = false, json = false }: ChangeOptions,
): Promise<ExitStatus> {
  const { one, many, ids, isByFilter, why } = changeable;
  const planned: Planned[] = [];
  for (const id of new Set(ids)) planned.push({ id, outcome: await tried(changeable, id, changeable.plan(id)) });
  const meant = planned.filter(({ outcome }) => isMeant(changeable, outcome));
  const isMuch = isByFilter && meant.length > 1;
  if (isMuch && !dryRun && !yes && mayAsk() && !await confirm(`${what} ${countText(changeable, meant)}?`)) {
    await print(`no ${one} is changed\n`);
    return EXIT.done;
  }
  const statuses: ExitStatus[] = [];
  const told: object[] = [];
  for (const { id, outcome: would } of meant) {
    const outcome = dryRun ? would : await tried(changeable, id, changeable.change(id));
    told.push({ [changeable.id]: id, ...(outcome === 'busy' ? { busy: true } : outcome) });
    const isQuiet = json && hasMoved(outcome);
    statuses.push(isQuiet ? EXIT.done : await tellChange(console, id, outcome, why, { isPlan: dryRun }));
  }
  if (json) await printJson(told);
  else if (isByFilter) await print(summary());
  return worst(statuses);

  function summary(): string {
    const count = statuses.filter((status) => status === EXIT.done).length;
    const changed = `${count === 1 ? `1 ${one}` : `${count} ${many}`} ${dryRun ? 'would be ' : ''}changed`;
    const passedOver = planned.length - meant.length;
    if (passedOver === 0) return `${changed}\n`;
    return `${changed}; ${passedOver} that fit are left as they are: ${why.openTo}\n`;
  }
}

function isMeant({ isAnyState }: Changeable, outcome: Change): boolean {
  return !isAnyState || outcome === 'busy' || !('refused' in outcome);
}

/**
 * One whose files are damaged keeps nobody from changing the others.
 * @throws what is a bug, a lost lease, or the missing rights of the user, who may change none
 */
async function tried({ one, many }: Changeable, id: string, change: Promise<Change | 'unknown'>): Promise<Change> {
  try {
    const outcome = await change;
    if (outcome === 'unknown') throw new UsageFault(`there is no ${one} ${id}; dts ${many} list shows them`);
    return outcome;
  } catch (thrown) {
    if (thrown instanceof UsageFault || hasCode(thrown, 'EACCES', 'EPERM', 'EROFS')) throw thrown;
    const failure = faultOf(thrown, id);
    if (failure.reason === 'internal-error') throw thrown;
    return isTemporary(failure) ? { hindered: failureText(failure) } : { impossible: failureText(failure) };
  }
}

function hasMoved(outcome: Change): outcome is Extract<Change, { moved: string }> {
  return outcome !== 'busy' && 'moved' in outcome;
}

/** Such as "12 jobs (9 to pending, 3 to forwarding)". */
function countText({ one, many, states }: Changeable, meant: readonly Planned[]): string {
  const targets = meant.flatMap(({ outcome }) => (hasMoved(outcome) ? [outcome.moved] : []));
  const counts = states.map((state) => ({ state, count: targets.filter((target) => target === state).length }));
  const parts = counts.filter(({ count }) => count > 0).map(({ state, count }) => `${count} to ${state}`);
  const all = meant.length === 1 ? `1 ${one}` : `${meant.length} ${many}`;
  return `${all}${parts.length === 0 ? '' : ` (${parts.join(', ')})`}`;
}
