// What an administrator should know about destinations of type "sender": whose studies would not find their way back.

import type { Configuration, Stream } from './configuration.ts';
import { findSender } from './find-sender.ts';
import type { Finding } from './finding.ts';

type Resolved = Pick<Configuration, 'senders' | 'streams'>;

export function findSenderNotes({ senders, streams }: Resolved): Finding[] {
  return streams.flatMap((stream, index): Finding[] => {
    if (stream.destinations.every(({ type }) => type !== 'sender')) return [];
    const found = { level: 'warning', file: 'config.json', at: 'value' } as const;
    if (senders.length === 0) {
      const message = `nothing that ${stream.name} makes finds its way back to its sender: there are no \`senders\``;
      return [{ ...found, path: ['Streams', index, 'destination'], message }];
    }
    const lost = callersNamedBy(stream).filter((title) => findSender(senders, title) === undefined);
    if (lost.length === 0) return [];
    const message = `what ${stream.name} makes of studies from ${lost.join(', ')} does not find its way back: \`senders\` `
      + 'has no entry for them';
    const path = ['Streams', index, 'trigger', 'AETitleCaller'];
    return [{ ...found, path, message, value: stream.trigger.AETitleCaller }];
  });
}

/** The titles that a trigger spells out, `^CT1$` or `(CT1|CT2)`; none where it is any other pattern. */
function callersNamedBy({ trigger }: Stream): readonly string[] {
  const alternatives = trigger.AETitleCaller.replace(/^\^?\(?|\)?\$?$/g, '').split('|');
  const titles = alternatives.map((alternative) => alternative.replace(/^\^|\$$/g, ''));
  return titles.every((title) => /^[A-Za-z0-9_ -]+$/.test(title)) ? titles : [];
}
