// What an administrator should know about a configuration that can be used: what is read differently from what it says,
// and what is likely not meant.

import { findCommitmentNotes } from './commitment-notes.ts';
import type { Configuration } from './configuration.ts';
import type { Finding } from './finding.ts';
import { isPartOfOriginalChain } from './original-chain.ts';
import { commandsOf } from './resolve-stream.ts';
import type { ConfigurationContents } from './resolve.ts';
import { compilePattern } from './python-pattern.ts';
import { findSenderNotes } from './sender-notes.ts';
import { findSiteNotes } from './sites.ts';

type Resolved = Pick<Configuration, 'datadir' | 'receiver' | 'senders' | 'streams'>;

const ACTION_PLACEHOLDERS: readonly string[] = [
  '@StudyInstanceUID@', '@SeriesInstanceUID@', '@PATH@', '@DESCRIPTION@', '@StreamName@', '@destination@',
];

const CORE_PLACEHOLDERS: readonly string[] = ['{}', '{input}', '{output}', '{descr}', '{output_json}', '{dts}'];

/** All notes, in no particular order. */
export function findNotes(contents: ConfigurationContents, resolved: Resolved): Finding[] {
  return [
    ...listeningEverywhere(contents),
    ...differentDatadirs(resolved),
    ...findSiteNotes(resolved),
    ...findSenderNotes(resolved),
    ...findCommitmentNotes(contents.station, resolved),
    ...contents.station.Streams.flatMap((stream, index) => [
      ...originalChain(stream, index, resolved),
      ...unknownPlaceholders(stream, index),
      ...idleCore(stream, index, resolved),
      ...unknownCorePlaceholders(stream, resolved),
      ...unreachableStream(stream, index, resolved.receiver),
    ]),
  ];
}

type StreamEntry = ConfigurationContents['station']['Streams'][number];

function listeningEverywhere({ receiver }: ConfigurationContents): Finding[] {
  if (receiver.DICOMIP !== 'localhost') return [];
  const message = 'as in the original, localhost stands for every address of this machine; '
    + '127.0.0.1 keeps callers from outside away';
  return [{ level: 'info', file: 'receiver.json', path: ['DICOMIP'], at: 'value', message }];
}

function differentDatadirs({ datadir, receiver }: Resolved): Finding[] {
  if (receiver.datadir === datadir) return [];
  const message = `not used: the data directory is ${datadir}, as config.json says`;
  return [{ level: 'warning', file: 'receiver.json', path: ['DATADIR'], at: 'value', message }];
}

function originalChain(stream: StreamEntry, index: number, { streams }: Resolved): Finding[] {
  return (['trigger-study', 'trigger-series'] as const).flatMap((list) => {
    const chain = commandsOf(stream[list]);
    const first = stream[list].findIndex((action) => {
      return action.type === 'exec' && isPartOfOriginalChain(action.cmd, chain);
    });
    if (first === -1) return [];
    const command = streams[index]?.cores[0]?.command ?? [];
    const call = command.length > 0 ? `, with the command ${command.join(' ')}` : '';
    const message = `ror, pullSelect.sh and addJob.sh are not run: together they mean {"type": "job"}${call}`;
    return [{ level: 'info', file: 'config.json', path: ['Streams', index, list, first], at: 'value', message }];
  });
}

/** Braces mean something to awk and to JSON too, so an unknown word in them may be meant. */
function unknownCorePlaceholders({ name }: StreamEntry, { streams }: Resolved): Finding[] {
  const cores = streams.find((stream) => stream.name === name)?.cores ?? [];
  return cores.flatMap(({ command }, index) => {
    const found = command.flatMap((word) => word.match(/\{[A-Za-z_]*\}/g) ?? []);
    const path = [name, ...(cores.length > 1 ? [index] : []), 'command'];
    return found.filter((placeholder) => !CORE_PLACEHOLDERS.includes(placeholder)).map((placeholder): Finding => {
      const message = `${placeholder} is no placeholder and reaches the core as it stands`;
      return {
        level: 'warning', file: 'select_statements.json', path, at: 'value', message,
        expected: CORE_PLACEHOLDERS.join(' '),
      };
    });
  });
}

function unknownPlaceholders(stream: StreamEntry, index: number): Finding[] {
  return (['trigger-study', 'trigger-series'] as const).flatMap((list) => stream[list].flatMap((action, place) => {
    if (action.type !== 'exec') return [];
    return action.cmd.flatMap((word, argument): Finding[] => {
      const unknown = word.match(/@\w+@/g)?.find((found) => !ACTION_PLACEHOLDERS.includes(found));
      if (unknown === undefined) return [];
      const path = ['Streams', index, list, place, 'cmd', argument];
      const message = `${unknown} is not replaced; what is: ${ACTION_PLACEHOLDERS.join(' ')}`;
      return [{ level: 'warning', file: 'config.json', path, at: 'value', message }];
    });
  }));
}

function idleCore(stream: StreamEntry, index: number, { streams }: Resolved): Finding[] {
  const { cores = [], studyActions = [], seriesActions = [] } = streams[index] ?? {};
  if (cores.length === 0 || [...studyActions, ...seriesActions].some(({ type }) => type === 'job')) return [];
  const message = `the core of ${stream.name} never runs: no action of the stream is {"type": "job"}`;
  return [{ level: 'warning', file: 'config.json', path: ['Streams', index], at: 'value', message }];
}

/** Told only where every accepted title is spelled out, `^AICORE1$` or `AICORE1`. */
function unreachableStream(
  { name, trigger }: StreamEntry, index: number, receiver: Configuration['receiver'],
): Finding[] {
  const accepted = [receiver, ...Object.values(receiver.sites)].map(({ accept }) => accept.calledAETitles);
  const titles = accepted.flat().map((pattern) => pattern.replace(/^\^|\$$/g, ''));
  if (accepted.some(({ length }) => length === 0) || titles.some((title) => /[^A-Za-z0-9_ -]/.test(title))) return [];
  const wanted = compilePattern(trigger.AETitleCalled);
  if (wanted.kind === 'problem' || titles.some((title) => wanted.expression.test(title))) return [];
  const message = `nothing can reach ${name}: receiver.json accepts ${titles.join(', ')} only`;
  const path = ['Streams', index, 'trigger', 'AETitleCalled'];
  return [{ level: 'warning', file: 'config.json', path, at: 'value', message, value: trigger.AETitleCalled }];
}
