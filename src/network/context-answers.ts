// What a peer said of the presentation contexts that were proposed to it (PS3.8 table 9-18).

import type { AssociationAccept } from './association-accept.ts';
import type { ProposedContext } from './association-plan.ts';

const ACCEPTANCE = 0;
const ABSTRACT_SYNTAX_NOT_SUPPORTED = 3;

export class ContextAnswers {
  readonly #results = new Map<number, number>();

  constructor(proposed: readonly ProposedContext[], { contexts }: AssociationAccept) {
    for (const { id, TransferSyntaxUID } of proposed) {
      const answer = contexts.get(id);
      // One that is accepted in another transfer syntax than was proposed is of no use.
      if (answer?.result === ACCEPTANCE && answer.TransferSyntaxUID !== TransferSyntaxUID) continue;
      if (answer !== undefined) this.#results.set(id, answer.result);
    }
  }

  accepts(contextId: number): boolean {
    return this.#results.get(contextId) === ACCEPTANCE;
  }

  /** Whether its SOP Class is taken in no transfer syntax, as far as the peer says so. */
  refusesClass(contextId: number): boolean {
    return this.#results.get(contextId) === ABSTRACT_SYNTAX_NOT_SUPPORTED;
  }
}
