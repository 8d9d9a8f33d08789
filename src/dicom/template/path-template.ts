// The path of an instance in somebody's folders, as a template:
// `/labs/neuro/{PatientID}/{StudyDate:YYYY-MM-DD}/{SeriesNumber:03}_{SeriesDescription}/{InstanceNumber:05}.dcm`.
// What stands in front of the first placeholder, up to a slash, is the root; each name behind it is a template of its
// own, so that no value can bring a slash along. A path that ends with a slash names files by their SOPInstanceUID.

import { fileNameOf, UNKNOWN_NAME } from '../file-name.ts';
import { parseTemplate } from './parse-template.ts';
import { renderTemplate } from './render-template.ts';
import type { Template, TemplatePart, TemplateProblem, TemplateValues, Vocabulary } from './template.ts';

export interface PathTemplate {
  readonly source: string;
  /** Absolute, without a slash at its end; empty where the path begins with a placeholder. */
  readonly root: string;
  /** Of folders, from the outermost, and last the file. */
  readonly names: readonly Template[];
}

const FILE_BY_UID = '{SOPInstanceUID}.dcm';
/** File systems take 255, and the values need room. */
const MOST_CONSTANT_BYTES = 200;

/** A path that begins at the root of the file system. */
export function parsePathTemplate(source: string, vocabulary: Vocabulary): PathTemplate | TemplateProblem {
  if (!source.startsWith('/')) return { character: 1, message: 'a path begins with /' };
  const names = parseNames(source, vocabulary);
  if ('message' in names) return names;
  const constant = names.findIndex((name) => !isConstant(name));
  if (constant === -1) return { character: source.length, message: 'every instance would be this one file' };
  if (constant === 0) return { character: 1, message: 'the folder in front of the first placeholder is missing' };
  return {
    source,
    root: `/${names.slice(0, constant).map((name) => constantText(name)).join('/')}`,
    names: names.slice(constant),
  };
}

/** A path below a folder that is given elsewhere. */
export function parseRelativePath(source: string, vocabulary: Vocabulary): PathTemplate | TemplateProblem {
  if (source.startsWith('/')) return { character: 1, message: 'this is a path below a folder: no / in front' };
  const names = parseNames(source, vocabulary);
  return 'message' in names ? names : { source, root: '', names };
}

/** Of a file that stands for others: below the folders in which they are, or, with a slash in front, below the root. */
export interface ReadyPath extends Pick<PathTemplate, 'names'> {
  readonly isBelowRoot: boolean;
}

export function parseReadyPath(source: string, vocabulary: Vocabulary): ReadyPath | TemplateProblem {
  const isBelowRoot = source.startsWith('/');
  const path = parseRelativePath(isBelowRoot ? source.slice(1) : source, vocabulary);
  if (!('message' in path)) return { names: path.names, isBelowRoot };
  return isBelowRoot ? { ...path, character: path.character + 1 } : path;
}

/** The names of folders and file, each one safe by itself. Those without a placeholder are as they were written. */
export function renderPath({ names }: Pick<PathTemplate, 'names'>, values: TemplateValues): string[] {
  return names.map((name) => (isConstant(name) ? constantText(name) : renderName(name, values)));
}

/** Where all its placeholders come to nothing, the first stands for what is not known. */
function renderName({ parts }: Template, values: TemplateValues): string {
  const texts = parts.map((part) => renderTemplate({ parts: [part] }, values));
  const first = parts.findIndex((part) => typeof part !== 'string');
  const isEmpty = parts.every((part, index) => typeof part === 'string' || texts[index] === '');
  const text = (isEmpty ? texts.with(first, UNKNOWN_NAME) : texts).join('');
  const isHidden = first > 0 && text.startsWith('.'); // the template itself begins with the dot: it is meant
  return isHidden ? `.${fileNameOf(text.slice(1))}` : fileNameOf(text);
}

function parseNames(source: string, vocabulary: Vocabulary): Template[] | TemplateProblem {
  const whole = parseTemplate(source.endsWith('/') ? source + FILE_BY_UID : source, vocabulary);
  if ('message' in whole) return whole;
  const names = splitAtSlashes(whole.parts);
  const isAbsolute = source.startsWith('/');
  let character = 1;
  for (const [index, name] of names.entries()) {
    const message = isAbsolute && index === 0 ? undefined : problemOf(name);
    if (message !== undefined) return { character, message };
    character += name.source.length + 1;
  }
  return isAbsolute ? names.slice(1) : names;
}

/** What an administrator writes is used as it is: it must be a name. */
function problemOf(name: Template): string | undefined {
  const text = constantText(name);
  if (name.source === '') return 'a name between two slashes is missing';
  if (isConstant(name) && (text === '.' || text === '..')) return `${text} cannot be a name here; write the whole path`;
  if (/[\0-\x1f\x7f]/.test(text)) return 'a name with a control character';
  return Buffer.byteLength(text) > MOST_CONSTANT_BYTES ? 'a name longer than file systems take' : undefined;
}

function splitAtSlashes(parts: readonly TemplatePart[]): Template[] {
  const names: TemplatePart[][] = [[]];
  for (const part of parts) {
    const [ofLast = '', ...ofNext] = typeof part === 'string' ? part.split('/') : [part];
    if (ofLast !== '') names.at(-1)?.push(ofLast);
    for (const text of ofNext) names.push(text === '' ? [] : [text]);
  }
  return names.map((ofName) => ({ source: ofName.map(sourceOf).join(''), parts: ofName }));
}

function sourceOf(part: TemplatePart): string {
  return typeof part === 'string' ? part.replace(/[{}]/g, '$&$&') : part.source;
}

function isConstant({ parts }: Template): boolean {
  return parts.every((part) => typeof part === 'string');
}

/** What a template says whatever the instance. */
function constantText({ parts }: Template): string {
  return parts.filter((part) => typeof part === 'string').join('');
}
