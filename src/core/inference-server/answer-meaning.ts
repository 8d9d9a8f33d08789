// What the status of an answer says of a task: the table of both interfaces, whose servers use numbers of their own
// above 549.

export type AnswerMeaning =
  | 'pending'
  /** Normal for a while after it was submitted; then the server has lost it. */
  | 'unknown'
  /** The second interface answers 500 for a task that it does not know, and for whatever else goes wrong in it. */
  | 'perhaps unknown'
  | 'failed'
  | 'without output'
  | 'model unknown'
  /** The server, or what stands in front of it, does not work now. */
  | 'trouble';

export function meaningOf(status: number, version: 1 | 2): AnswerMeaning {
  switch (status) {
    case 550: return 'model unknown';
    case 551: return 'pending';
    case 552: return 'failed';
    case 553: return 'without output';
    case 554: return 'unknown';
    case 404: return 'perhaps unknown';
    case 500: return version === 2 ? 'perhaps unknown' : 'trouble';
    default: return 'trouble';
  }
}
