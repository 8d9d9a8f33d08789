// A site's own pseudonyms: a CSV file, PatientID,pseudonym[,name], a patient a line, in UTF-8 (RFC 4180: values in
// double quotes may hold commas). A first line that begins with PatientID is a heading; empty lines and such that
// begin with # are passed over.

import { readFile } from 'node:fs/promises';
import type { ListedPatient } from '../../dicom/deidentify/profile.ts';
import { codeOf } from '../../spool/error-code.ts';

export interface PatientTable {
  readonly patients: ReadonlyMap<string, ListedPatient>;
}

/** A value and the comma before it: in quotes, a quote itself twice, or without. */
const FIELD = /,(?:"((?:[^"]|"")*)"|([^",]*))/gy;
/** What PatientID and PatientName can hold (PS3.5 section 6.2). */
const LONGEST_VALUE = 64;

/** A fault says which line is not as it should be, and why, without what stands in it. */
export async function readPatientTable(path: string): Promise<PatientTable | { readonly fault: string }> {
  try {
    return parsePatientTable(await readFile(path, 'utf8'), path);
  } catch (error) {
    const code = codeOf(error);
    if (code === undefined) throw error;
    return { fault: `the table of patients ${path} cannot be read (${code})` };
  }
}

export function parsePatientTable(text: string, path: string): PatientTable | { readonly fault: string } {
  const patients = new Map<string, ListedPatient>();
  const pseudonyms = new Set<string>();
  for (const [index, line] of text.replace(/^\uFEFF/, '').split(/\r?\n/).entries()) {
    if (line.trim() === '' || line.startsWith('#') || (index === 0 && /^"?PatientID"?,/i.test(line))) continue;
    const fault = (what: string) => ({ fault: `the table of patients ${path}: line ${index + 1} ${what}` });
    const fields = parseLine(line);
    if (fields === undefined) return fault('has quotes that do not match');
    const [PatientID = '', pseudonym = '', name = ''] = fields;
    if (fields.length < 2 || fields.length > 3 || PatientID === '' || pseudonym === '') {
      return fault('is not PatientID,pseudonym[,name]');
    }
    if ([pseudonym, name].some((value) => value.length > LONGEST_VALUE || value.includes('\\'))) {
      return fault(`has a pseudonym or name longer than ${LONGEST_VALUE} characters, or with a backslash`);
    }
    if (patients.has(PatientID)) return fault('lists a patient again');
    if (pseudonyms.has(pseudonym)) return fault('gives a pseudonym that another patient has already');
    patients.set(PatientID, { pseudonym, ...name === '' ? {} : { name } });
    pseudonyms.add(pseudonym);
  }
  return { patients };
}

/** Undefined where its quotes do not match. */
function parseLine(line: string): string[] | undefined {
  const values = `,${line}`;
  const matches = [...values.matchAll(FIELD)];
  const length = matches.reduce((sum, [whole]) => sum + whole.length, 0);
  if (length < values.length) return undefined;
  return matches.map(([, quoted, plain = '']) => quoted?.replaceAll('""', '"') ?? plain.trim());
}
