// Divides what is to be sent into associations: one presentation context for each pair of SOP Class and transfer
// syntax, so that a peer cannot pick another syntax than the one in which the instance lies on disk.
//
// Promises: as few associations as 128 contexts each allow (PS3.8 section 9.3.2.2: odd IDs from 1 to 255); instances of
// one association stay in their order; the same list gives the same plan.

/** Something that an association carries. */
export interface Sendable {
  readonly SOPClassUID: string;
  readonly TransferSyntaxUID: string;
}

/** One presentation context to propose. */
export interface ProposedContext extends Sendable {
  readonly id: number;
}

/** An instance with the context on which it goes. */
export type Planned<Instance extends Sendable> = Instance & { readonly context: ProposedContext };

export interface AssociationPlan<Instance extends Sendable> {
  readonly contexts: readonly ProposedContext[];
  readonly instances: readonly Planned<Instance>[];
}

/** By PS3.8 section 9.3.2.2. */
export const MAXIMUM_CONTEXTS = 128;

/** The associations, in the order in which they are opened. */
export function planAssociations<Instance extends Sendable>(
  instances: readonly Instance[],
): AssociationPlan<Instance>[] {
  type Growing = { contexts: ProposedContext[]; instances: Planned<Instance>[] };
  const plans: Growing[] = [];
  const known = new Map<string, { plan: Growing; context: ProposedContext }>();

  const planOf = ({ SOPClassUID, TransferSyntaxUID }: Instance) => {
    const pair = `${SOPClassUID} ${TransferSyntaxUID}`;
    const place = known.get(pair);
    if (place !== undefined) return place;
    let plan = plans.at(-1);
    if (plan === undefined || plan.contexts.length === MAXIMUM_CONTEXTS) {
      plan = { contexts: [], instances: [] };
      plans.push(plan);
    }
    const context = { id: 2 * plan.contexts.length + 1, SOPClassUID, TransferSyntaxUID };
    plan.contexts.push(context);
    known.set(pair, { plan, context });
    return { plan, context };
  };

  for (const instance of instances) {
    const { plan, context } = planOf(instance);
    plan.instances.push({ ...instance, context });
  }
  return plans;
}
