// A directory with the configuration that a test wants, gone when the test has ended.

import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { TestContext } from 'node:test';
import type { FileName, FingerprintFileName } from '../../src/config/finding.ts';
import { formatProblem, formatProblems } from '../../src/config/format-problems.ts';
import { loadConfiguration, type UsableConfiguration } from '../../src/config/load.ts';

/** What the files hold: text as it is, everything else as JSON. */
export type Files = Readonly<Partial<Record<FileName | FingerprintFileName, unknown>>>;

export async function makeDirectory(t: TestContext, files: Files): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'dts-config-'));
  t.after(() => rm(directory, { recursive: true }));
  for (const [name, content] of Object.entries(files)) {
    const text = typeof content === 'string' ? content : JSON.stringify(content, null, 2);
    await mkdir(dirname(join(directory, name)), { recursive: true });
    await writeFile(join(directory, name), text);
  }
  return directory;
}

/** The problems of these files, as lines without the directory; none where the configuration can be used. */
export async function problemsOf(t: TestContext, files: Files): Promise<string[]> {
  const directory = await makeDirectory(t, files);
  const loaded = await loadConfiguration(directory);
  if (!('problems' in loaded)) return [];
  return loaded.problems.map((problem) => formatProblem(problem).replace(`${directory}/`, ''));
}

/** The configuration of files that have no problem. */
export async function load(
  t: TestContext, files: Files,
): Promise<UsableConfiguration> {
  const loaded = await loadConfiguration(await makeDirectory(t, files));
  if ('problems' in loaded) throw new Error(formatProblems(loaded.problems));
  return loaded;
}

/** A stream that has no problem, with more or other keys. */
export function streamWith(keys: object = {}): object {
  return {
    name: 'AICore',
    trigger: { AETitleCalled: '^AICORE1$' },
    destination: [{ AETitle: 'FIONA', IP: 'fiona.ihelse.net', PORT: 104 }],
    ...keys,
  };
}
