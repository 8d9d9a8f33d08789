// Makes of what was found what a person is told: with file, line, column and the path in words.

import { join } from 'node:path';
import type { ConfigurationProblem, Finding, Path } from './finding.ts';
import { findPlace, findPlaceInText, type JsonText, lineAndColumn } from './jsonc.ts';
import { masked, maskSecret, SECRET_KEYS } from './secret.ts';

const LONGEST_VALUE = 60;

/** The files that findings may be about. */
export type LocatedFiles = ReadonlyMap<string, JsonText>;

/** All findings with their places, in the order of the files and of the text. */
export function locate(
  findings: readonly Finding[], files: LocatedFiles, directory: string,
): ConfigurationProblem[] {
  const order = [...files.keys()];
  const fileOrder = ({ file }: Finding) => order.indexOf(file);
  return findings
    .map((finding) => ({ finding, character: characterOf(finding, files) }))
    .sort((a, b) => fileOrder(a.finding) - fileOrder(b.finding) || a.character - b.character)
    .map(({ finding, character }) => {
      const { level, value, expected, message, suggestion, path, file } = finding;
      return {
        level,
        file: join(directory, file),
        ...lineAndColumn(textOf(files, file).text, character),
        path: formatPath(path),
        ...(value === undefined ? {} : { value: formatValue(value, path) }),
        ...(expected === undefined ? {} : { expected }),
        message,
        ...(suggestion === undefined ? {} : { suggestion }),
      };
    });
}

function textOf(files: LocatedFiles, file: string): JsonText {
  const found = files.get(file);
  if (found === undefined) throw new Error(`something was found in ${file}, which was not read`);
  return found;
}

function characterOf({ at, file, path }: Finding, files: LocatedFiles): number {
  if (typeof at === 'string') return findPlace(textOf(files, file), path, at);
  if ('characterOfFile' in at) return at.characterOfFile;
  return findPlaceInText(textOf(files, file), path, at.characterOfText);
}

/** Such as `Streams[0].trigger.AETitleCalled`; keys that would be unclear so stand in brackets and quotes. */
function formatPath(path: Path): string {
  const steps = path.map((step) => {
    if (typeof step === 'number') return `[${step}]`;
    return /^[\w$-]+$/.test(step) ? `.${step}` : `[${JSON.stringify(step)}]`;
  });
  return steps.join('').replace(/^\./, '');
}

function formatValue(value: unknown, path: Path): string {
  const isSecret = path.some((step) => SECRET_KEYS.includes(String(step)));
  const shown = isSecret ? maskSecret(value) : masked(String(path.at(-1) ?? ''), value);
  const text = JSON.stringify(shown, masked);
  return text.length <= LONGEST_VALUE ? text : `${text.slice(0, LONGEST_VALUE - 1)}…`;
}
