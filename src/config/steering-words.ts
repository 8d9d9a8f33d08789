// What a result may ask for, where its stream allows it.

export const STEERING_WORDS = ['destinations', 'discard', 'notify'] as const;
export type SteeringWord = (typeof STEERING_WORDS)[number];
