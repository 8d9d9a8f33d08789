// docs/select-language.md says what is so: every statement of the page is read, every command of the lesson is run on the
// study that its table describes, and every row of the table of conditions is evaluated.

import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { readOwnClasses } from '../../src/config/classes-of.ts';
import { loadDictionary } from '../../src/dicom/dictionary.ts';
import { writePart10 } from '../../src/dicom/write.ts';
import { evaluateCondition } from '../../src/select/evaluate-condition.ts';
import { parseClassifyRules } from '../../src/select/parse-classify-rules.ts';
import { findUnknownNames } from '../../src/select/unknown-names.ts';
import { validateStatement } from '../../src/select/validate-statement.ts';
import { makeStation, ROOT, runProgram } from '../rig/station.ts';
import { makeSeries } from '../select/series.ts';
import { parsed, parsedCondition } from '../select/statements.ts';

const page = await readFile(join(ROOT, 'docs', 'select-language.md'), 'utf8');
const keywords = new Set((await loadDictionary()).keywords());

interface Block {
  /** `console`, `select file=t1.select`; empty where the page says nothing. */
  readonly kind: string;
  readonly text: string;
}

const blocks: Block[] = [...page.matchAll(/^```(.*)\n([^]*?)^```$/gm)].map(([, kind = '', text = '']) => ({ kind, text }));

/** The rows of the table that begins with a heading, each by the names of its columns. */
function tableUnder(heading: string): Record<string, string>[] {
  const [head = '', , ...rows] = page.slice(page.indexOf(`| ${heading} |`)).split('\n\n', 1)[0]?.split('\n') ?? [];
  const cells = (row: string): string[] => row.split(/(?<!\\)\|/).slice(1, -1).map((cell) => cell.trim());
  return rows.map((row) => Object.fromEntries(cells(row).map((cell, column) => [cells(head)[column] ?? '', cell])));
}

async function writeBrain(folder: string): Promise<void> {
  await mkdir(folder);
  for (const { SeriesNumber = '', instances, ContrastBolusAgent, ...fields } of tableUnder('SeriesNumber')) {
    for (let number = 1; number <= Number(instances); number += 1) {
      await writePart10(join(folder, `${SeriesNumber}-${number}.dcm`), {
        SOPClassUID: '1.2.840.10008.5.1.4.1.1.4', SOPInstanceUID: `1.2.3.${SeriesNumber}.${number}`,
        StudyInstanceUID: '1.2.3', SeriesInstanceUID: `1.2.3.${SeriesNumber}`, SeriesNumber: Number(SeriesNumber),
        InstanceNumber: number, Modality: 'MR', ImageType: ['ORIGINAL', 'PRIMARY', 'M'], ...fields,
        ...(ContrastBolusAgent === '' ? {} : { ContrastBolusAgent }),
      });
    }
  }
}

test('the lesson prints what the page says', async (t) => {
  const station = await makeStation(t, { config: { Streams: [{ name: 'Brain', trigger: {} }] } });
  await writeBrain(join(station.root, 'brain'));
  for (const { kind, text } of blocks) {
    const [, file] = /file=(\S+)/.exec(kind) ?? [];
    if (file !== undefined) await writeFile(join(file.endsWith('.json') ? station.config : station.root, file), text);
  }
  const dts = `dts() { ${process.execPath} ${join(ROOT, 'bin', 'dts')} "$@" --config ${station.config}; }; cd ${station.root}`;
  const lessons = blocks.filter(({ kind }) => kind === 'console');
  assert.equal(lessons.length, 8);
  for (const { text } of lessons) {
    const command = text.slice('$ '.length, text.indexOf('\n'));
    const { stdout, stderr } = await runProgram('bash', ['-c', `${dts}; ${command}`]);
    assert.equal(`$ ${command}\n${stdout}${stderr}`, text);
  }
});

test('every statement of the page is read without a remark', async () => {
  const classes = await readOwnClasses();
  const statements = blocks.filter(({ kind }) => kind.startsWith('select'));
  assert.equal(statements.length, 3);
  for (const { text } of statements) {
    assert.deepEqual(validateStatement(parsed(text), { keywords, ...(classes === undefined ? {} : { classes }) }), [], text);
  }
});

test('every condition of the table is what the page says it is', () => {
  const rows = tableUnder('condition');
  assert.ok(rows.length > 15);
  for (const { condition = '', is, 'on the values': shown = '' } of rows) {
    const text = condition.slice(1, -1).replaceAll('\\|', '|');
    const [, field = ''] = /(?:NOT \(?)?(\w+)/.exec(text) ?? [];
    const values = [...shown.matchAll(/`([^`]*)`/g)].map(([, value = '']) => value);
    const { holds } = evaluateCondition(parsedCondition(text), makeSeries({ fields: { [field]: values } }));
    assert.equal(String(holds), is, `${text} on ${values.join()}`);
  }
});

test('the rules of the page are rules', () => {
  const rules = blocks.filter(({ kind }) => kind === 'json rules').map(({ text }) => JSON.parse(text));
  assert.equal(rules.length, 1);
  assert.equal(parseClassifyRules(rules[0]).kind, 'rules');
  assert.deepEqual(findUnknownNames(rules[0], keywords), []);
});

test('the page names every operator and every special name, and its links lead somewhere', () => {
  for (const name of ['==', 'containing', 'regexp', 'approx', 'everything', 'NumSlices', 'ClassifyTypes', 'participant']) {
    assert.ok(page.includes(name), name);
  }
  const anchors = [...page.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) => `#${heading.toLowerCase().replaceAll(' ', '-')}`);
  for (const [, target = ''] of page.matchAll(/\]\((#[^)]*)\)/g)) assert.ok(anchors.includes(target), target);
});
