// The states of a delivery and the legal moves between them: the table of docs/INTERNALS.md, "Deliveries", as code.

/** The words are the same on disk, in events and on the page. */
export const DELIVERY_STATES = ['pending', 'done', 'failed', 'held', 'cancelled'] as const;

export type DeliveryState = (typeof DELIVERY_STATES)[number];

/** From each state, the states that a delivery may move to. */
export const DELIVERY_MOVES: { readonly [From in DeliveryState]: readonly DeliveryState[] } = {
  pending: ['done', 'failed', 'held', 'cancelled'],
  done: [],
  failed: ['pending', 'cancelled'],
  held: ['pending', 'cancelled'],
  cancelled: ['pending'],
};

export function isDeliveryState(word: string): word is DeliveryState {
  return (DELIVERY_STATES as readonly string[]).includes(word);
}

export function mayMoveDelivery(from: DeliveryState, to: DeliveryState): boolean {
  return DELIVERY_MOVES[from].includes(to);
}
