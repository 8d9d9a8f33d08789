// Puts the tests of a rule where another rule refers to it by id.
//
// A reference brings the tests only: class and SeriesLevel of the other rule stay with it.

import type { ClassifyRule, ClassifyRuleProblem, ClassifyTest } from './classify-rule.ts';

/** A rule that may still refer to others. */
export interface Draft {
  readonly type: string;
  readonly id: string | undefined;
  readonly seriesLevel: boolean;
  readonly parts: readonly (ClassifyTest | RuleReference)[];
}

/** `{"rule": ID}`, or with `negate` `{"notrule": ID}`, and where it stands. */
export interface RuleReference {
  readonly id: string;
  readonly negate: boolean;
  readonly path: readonly (string | number)[];
}

/** References to no rule, to one of several, and those that lead back to where they stand. */
export function validateReferences(drafts: readonly Draft[]): ClassifyRuleProblem[] {
  return drafts.flatMap((draft) => draft.parts.flatMap((part) => {
    if (!('id' in part)) return [];
    const targets = drafts.filter(({ id }) => id === part.id);
    const fault = referenceFault(draft, targets, drafts);
    return fault === undefined ? [] : [{ path: part.path, message: `${fault}: "${part.id}"` }];
  }));
}

function referenceFault(from: Draft, targets: readonly Draft[], drafts: readonly Draft[]): string | undefined {
  const [target] = targets;
  if (target === undefined) return 'is the id of no rule';
  if (targets.length > 1) return `is the id of ${targets.length} rules`;
  return leadsTo(target, from, drafts) ? 'leads back to the rule in which it stands' : undefined;
}

function leadsTo(start: Draft, wanted: Draft, drafts: readonly Draft[]): boolean {
  const reached = new Set([start]);
  // A set is walked in the order of insertion, what is added on the way included.
  for (const draft of reached) {
    for (const part of draft.parts) {
      if ('id' in part) drafts.filter(({ id }) => id === part.id).forEach((next) => reached.add(next));
    }
  }
  return reached.has(wanted);
}

/** The rules with every reference resolved. The drafts must have passed validateReferences. */
export function resolveRules(drafts: readonly Draft[]): ClassifyRule[] {
  const byId = new Map(drafts.map((draft) => [draft.id, draft]));
  return drafts.map((draft) => {
    const { type, seriesLevel } = draft;
    return { type, seriesLevel, tests: resolveTests(draft, byId) };
  });
}

/** Each rule is entered once as it is and once turned round at most, however often it is referred to. */
function resolveTests(draft: Draft, byId: ReadonlyMap<string | undefined, Draft>): ClassifyTest[] {
  const enteredPlain = new Set<Draft>();
  const enteredTurned = new Set<Draft>();
  const enter = (current: Draft | undefined, turned: boolean): ClassifyTest[] => {
    const entered = turned ? enteredTurned : enteredPlain;
    if (current === undefined || entered.has(current)) return [];
    entered.add(current);
    return current.parts.flatMap((part) => {
      if ('id' in part) return enter(byId.get(part.id), turned !== part.negate);
      // As in the original, notrule turns each test round; it does not ask that merely one of them fail.
      return [turned ? { ...part, negate: !part.negate } : part];
    });
  };
  return enter(draft, false);
}
