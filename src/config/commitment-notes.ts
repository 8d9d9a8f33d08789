// What an administrator should know about destinations that are asked for storage commitment: whether their reports,
// which come on associations of their own, would be let in.

import type { Configuration, SiteReceiver } from './configuration.ts';
import { destinationEntries } from './destination-entries.ts';
import type { Finding } from './finding.ts';
import { textAt, valueAt } from './loose.ts';
import { compilePattern } from './python-pattern.ts';

type Resolved = Pick<Configuration, 'datadir' | 'receiver'>;

/** @param station config.json without a problem */
export function findCommitmentNotes(station: unknown, { datadir, receiver }: Resolved): Finding[] {
  // Of the sites only those that keep their state in the same place know what was asked.
  const receivers = [receiver, ...Object.values(receiver.sites).filter((site) => site.datadir === datadir)];
  return destinationEntries(station).flatMap(({ entry, path }): Finding[] => {
    const commitment = valueAt(entry, 'storageCommitment');
    if (typeof commitment !== 'object' || commitment === null) return [];
    const called = textAt(entry, 'OwnAETitle') ?? receiver.AETitle;
    const calling = textAt(commitment, 'AETitle') ?? textAt(entry, 'AETitle') ?? '';
    const found = { level: 'warning', file: 'config.json', path: [...path, 'storageCommitment'], at: 'value' } as const;
    const open = receivers.filter(({ accept }) => lets(accept.calledAETitles, called));
    if (open.length === 0) {
      const message = `reports of ${calling} come to ${called}, and \`accept.calledAETitles\` of receiver.json lets no `
        + 'receiver take that title: nothing would ever be confirmed, but for what is reported at once';
      return [{ ...found, message }];
    }
    if (open.some(({ accept }) => lets(accept.callingAETitles, calling))) return [];
    const message = `reports come from ${calling}, which \`accept.callingAETitles\` of receiver.json does not let in: `
      + 'nothing would ever be confirmed, but for what is reported at once';
    return [{ ...found, message }];
  });
}

/** Each pattern is tried from the start of the title; none lets all through. */
function lets(patterns: SiteReceiver['accept']['calledAETitles'], title: string): boolean {
  return patterns.length === 0 || patterns.some((pattern) => {
    const compiled = compilePattern(pattern);
    return compiled.kind === 'pattern' && compiled.expression.test(title);
  });
}
