// Checks fingerprints: each by its schema, their names against those of the other streams, and, where that is asked
// for, their patterns.

import * as v from 'valibot';
import { checkServerAddress } from './check-inference-servers.ts';
import type { Finding, FingerprintFileName } from './finding.ts';
import { makeFingerprintStream, type FingerprintStream } from './fingerprint-stream.ts';
import { itemsAt, keysOf, textAt, valueAt } from './loose.ts';
import type { FingerprintFile, FingerprintFiles } from './read-fingerprints.ts';
import { fingerprint, fingerprintName, oldestFingerprint } from './schema/fingerprint.ts';
import { validateFile } from './schema/validate-file.ts';

export interface CheckedFingerprints {
  /** Of the files without a problem. */
  readonly streams: readonly FingerprintStream[];
  readonly findings: readonly Finding[];
}

/** @param station the content of config.json, as it stands */
export function checkFingerprints({ files, ca }: FingerprintFiles, station: unknown): CheckedFingerprints {
  const streams: FingerprintStream[] = [];
  const findings: Finding[] = [];
  for (const one of files) {
    const { file, name, json } = one;
    findings.push(...nameFindings(one, station));
    if (json.faults.length > 0) {
      findings.push(...json.faults.map(({ characterOfFile, message }): Finding => {
        return { level: 'error', file, path: [], at: { characterOfFile }, message };
      }));
      continue;
    }
    const checked = validateFingerprint(file, json.value);
    if ('findings' in checked) findings.push(...checked.findings);
    else streams.push(makeFingerprintStream(name, checked.content, ca));
    findings.push(...checkServerAddress(json.value, 'inference_server_url', [], file));
  }
  return { streams, findings };
}

/** The two formats have no key in common that both must have and one alone could miss. */
function validateFingerprint(file: FingerprintFileName, value: unknown) {
  const isOldest = ['modality', 'study_description_keywords'].some((key) => valueAt(value, key) !== undefined);
  return isOldest ? validateFile(file, oldestFingerprint, value) : validateFile(file, fingerprint, value);
}

function nameFindings({ file, name }: FingerprintFile, station: unknown): Finding[] {
  const found = { level: 'error', file, path: [], at: 'value' } as const;
  const checked = v.safeParse(fingerprintName, name);
  if (!checked.success) {
    const expected = `${checked.issues[0].message}, before .json`;
    return [{ ...found, message: 'the file\'s name is that of its stream, and cannot be one', value: name, expected }];
  }
  const index = itemsAt(station, 'Streams').findIndex((stream) => textAt(stream, 'name') === name);
  if (index < 0) return [];
  const message = `the file's name is that of its stream, and Streams[${index}] of config.json has it`;
  return [{ ...found, message, value: name, expected: 'a name of its own' }];
}

/** Loads the language of patterns, which a tick without work does not need. */
export async function checkFingerprintPatterns({ files }: FingerprintFiles): Promise<Finding[]> {
  const { compileSearchPattern } = await import('./search-pattern.ts');
  return files.flatMap(({ file, json: { value } }) => {
    return keysOf(value).filter((key) => key.endsWith('_regex')).flatMap((key): Finding[] => {
      const pattern = textAt(value, key);
      if (pattern === undefined) return [];
      const found = { file, path: [key], at: 'value', value: pattern } as const;
      const compiled = compileSearchPattern(pattern);
      if (compiled.kind === 'problem') {
        const expected = `a regular expression: ${compiled.message}`;
        return [{ ...found, level: 'error', message: 'wrong value', expected }];
      }
      if (key !== 'exclude_regex' || !compiled.matches('')) return [];
      const message = 'it is found in every text, so that no series would ever be wanted';
      const expected = 'a pattern of what is not wanted; "a^" excludes nothing';
      return [{ ...found, level: 'error', message, expected }];
    });
  });
}
