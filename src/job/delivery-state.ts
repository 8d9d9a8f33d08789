// The states of a delivery and the legal moves between them: the table of docs/INTERNALS.md, "Deliveries", as code.

/** The words are the same on disk, in events and on the page. */
export const DELIVERY_STATES = ['pending', 'confirming', 'done', 'failed', 'held', 'cancelled'] as const;

export type DeliveryState = (typeof DELIVERY_STATES)[number];

/** From each state, the states that a delivery may move to. */
export const DELIVERY_MOVES: { readonly [From in DeliveryState]: readonly DeliveryState[] } = {
  pending: ['confirming', 'done', 'failed', 'held', 'cancelled'],
  confirming: ['pending', 'done', 'failed', 'held', 'cancelled'],
  done: [],
  failed: ['pending', 'done', 'cancelled'],
  held: ['pending', 'cancelled'],
  cancelled: ['pending'],
};

/** Those in which nothing has been decided yet: their jobs wait. */
export const OPEN_DELIVERY_STATES = ['pending', 'confirming', 'held'] as const satisfies readonly DeliveryState[];

export function isOpenDelivery(state: DeliveryState): boolean {
  return (OPEN_DELIVERY_STATES as readonly DeliveryState[]).includes(state);
}

export function isDeliveryState(word: string): word is DeliveryState {
  return (DELIVERY_STATES as readonly string[]).includes(word);
}

export function mayMoveDelivery(from: DeliveryState, to: DeliveryState): boolean {
  return DELIVERY_MOVES[from].includes(to);
}
