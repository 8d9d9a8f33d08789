// Reads a template, and says where exactly it is wrong. What a template is: template.ts.

import { parseFormat } from './parse-format.ts';
import { parseReference } from './parse-reference.ts';
import { Scanner, TemplateFault } from './scanner.ts';
import type { Alternative, Template, TemplatePart, TemplateProblem, Vocabulary } from './template.ts';

/** A template, or the first thing that is wrong with its text. */
export function parseTemplate(source: string, vocabulary: Vocabulary): Template | TemplateProblem {
  const scanner = new Scanner(source);
  try {
    const parts: TemplatePart[] = [];
    while (!scanner.isAtEnd) parts.push(scanner.peek() === '{' ? placeholder(scanner, vocabulary) : literal(scanner));
    return { source, parts: joined(parts) };
  } catch (fault) {
    if (fault instanceof TemplateFault) return fault.problem;
    throw fault;
  }
}

function literal(scanner: Scanner): string {
  if (scanner.take('}}')) return '}';
  if (scanner.peek() === '}') {
    throw scanner.fault('a closing brace without an opening one; }} stands for the brace itself');
  }
  return scanner.takeWhile((character) => character !== '{' && character !== '}');
}

function placeholder(scanner: Scanner, vocabulary: Vocabulary): TemplatePart {
  if (scanner.take('{{')) return '{';
  const start = scanner.position;
  scanner.take('{');
  const alternatives: Alternative[] = [];
  do {
    const before = alternatives.at(-1);
    if (before !== undefined && 'text' in before) {
      throw scanner.fault('a text stands last: what is behind it never comes');
    }
    alternatives.push(alternative(scanner, vocabulary, alternatives.length === 0));
    scanner.skipBlanks();
  } while (scanner.take('|'));
  if (scanner.isAtEnd) throw scanner.fault('this brace is not closed', start);
  if (!scanner.take('}')) throw scanner.fault(`expected : or | or } instead of ${scanner.peek()}`);
  return { source: scanner.textFrom(start), alternatives };
}

/** What begins with a small letter or a digit is a text, like what stands in quotes: keywords begin with a capital. */
function alternative(scanner: Scanner, vocabulary: Vocabulary, isFirst: boolean): Alternative {
  scanner.skipBlanks();
  const start = scanner.position;
  if (isFirst && scanner.peek() === '}') throw scanner.fault('expected a DICOM keyword or a tag');
  if (!isFirst && scanner.peek() === '\'') return { text: scanner.takeQuoted() };
  if (!isFirst && !/[A-Z(]/.test(scanner.peek())) {
    const text = scanner.takeWhile((character) => !'|}:{\''.includes(character)).trim();
    if (text === '') throw scanner.fault('expected a keyword, a tag or a text; \'\' is the empty text', start);
    if (scanner.peek() === ':') throw scanner.fault('a text has no format');
    const keyword = text.slice(0, 1).toUpperCase() + text.slice(1);
    if (vocabulary.tagOf(keyword) !== undefined) {
      throw scanner.fault(`the DICOM keyword is ${keyword}; the text is '${text}', in quotes`, start);
    }
    return { text };
  }
  const reference = parseReference(scanner, vocabulary);
  const formats = [];
  while (scanner.take(':')) formats.push(parseFormat(scanner, reference, formats.length === 0));
  return { ...reference, formats };
}

/** Braces that stood double are part of the text around them. */
function joined(parts: readonly TemplatePart[]): TemplatePart[] {
  const whole: TemplatePart[] = [];
  for (const part of parts) {
    const last = whole.at(-1);
    if (typeof part === 'string' && typeof last === 'string') whole[whole.length - 1] = last + part;
    else whole.push(part);
  }
  return whole;
}
