// Divides what is to be sent into associations: one presentation context for each pair of SOP Class and transfer syntax,
// so that the peer's answer says of each alone whether it may come in it.
//
// Promises: as few associations as 128 contexts each allow (PS3.8 section 9.3.2.2: odd IDs from 1 to 255); an instance
// has all its contexts on one; instances of one association stay in their order; the same list gives the same plan.

/** Something that an association carries. */
export interface Sendable {
  readonly SOPClassUID: string;
  readonly TransferSyntaxUID: string;
}

/** One presentation context to propose. */
export interface ProposedContext extends Sendable {
  readonly id: number;
}

/** An instance with the contexts on which it may go, best first; none where there is no transfer syntax for it. */
export type Planned<Instance extends Sendable> = Instance & { readonly contexts: readonly ProposedContext[] };

export interface AssociationPlan<Instance extends Sendable> {
  readonly contexts: readonly ProposedContext[];
  readonly instances: readonly Planned<Instance>[];
}

/** By PS3.8 section 9.3.2.2. */
export const MAXIMUM_CONTEXTS = 128;

/** The transfer syntaxes in which what lies in one may be sent, best first. */
export type WaysOf = (TransferSyntaxUID: string) => readonly string[];

/** As it lies and in no other way. */
export const asItLies: WaysOf = (TransferSyntaxUID) => [TransferSyntaxUID];

/** The associations, in the order in which they are opened. */
export function planAssociations<Instance extends Sendable>(
  instances: readonly Instance[], waysOf: WaysOf = asItLies,
): AssociationPlan<Instance>[] {
  type Place = { readonly plan: GrowingPlan<Instance>; readonly contexts: readonly ProposedContext[] };
  const plans: GrowingPlan<Instance>[] = [];
  const known = new Map<string, Place>();

  const findPlace = ({ SOPClassUID, TransferSyntaxUID }: Instance): Place => {
    const kind = `${SOPClassUID} ${TransferSyntaxUID}`;
    const place = known.get(kind);
    if (place !== undefined) return place;
    const ways = waysOf(TransferSyntaxUID);
    let plan = plans.at(-1);
    if (plan === undefined || !plan.hasRoomFor(SOPClassUID, ways)) {
      plan = new GrowingPlan();
      plans.push(plan);
    }
    const contexts = plan.propose(SOPClassUID, ways);
    known.set(kind, { plan, contexts });
    return { plan, contexts };
  };

  for (const instance of instances) {
    const { plan, contexts } = findPlace(instance);
    plan.instances.push({ ...instance, contexts });
  }
  return plans.map(({ contexts, instances: planned }) => ({ contexts, instances: planned }));
}

class GrowingPlan<Instance extends Sendable> {
  readonly instances: Planned<Instance>[] = [];
  readonly #contexts = new Map<string, ProposedContext>();

  get contexts(): ProposedContext[] {
    return [...this.#contexts.values()];
  }

  hasRoomFor(SOPClassUID: string, ways: readonly string[]): boolean {
    const more = ways.filter((way) => !this.#contexts.has(`${SOPClassUID} ${way}`)).length;
    return this.#contexts.size + more <= MAXIMUM_CONTEXTS;
  }

  /** Contexts that are proposed already are shared. */
  propose(SOPClassUID: string, ways: readonly string[]): ProposedContext[] {
    return ways.map((TransferSyntaxUID) => {
      const pair = `${SOPClassUID} ${TransferSyntaxUID}`;
      const context = this.#contexts.get(pair) ?? { id: 2 * this.#contexts.size + 1, SOPClassUID, TransferSyntaxUID };
      this.#contexts.set(pair, context);
      return context;
    });
  }
}
