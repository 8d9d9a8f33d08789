// The words by which a folder destination says how files come to lie there.

/** As copies, or as links. */
export const COPIES = ['copy', 'hardlink', 'symlink'] as const;
export type Copies = (typeof COPIES)[number];

/** What is done where another file has the name: what has the same dataset is the file itself, and stays. */
export const ON_COLLISION = ['number', 'keep', 'replace', 'fail'] as const;
export type OnCollision = (typeof ON_COLLISION)[number];
