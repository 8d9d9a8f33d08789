// Reads which value a placeholder means: `SeriesNumber`, `ImageType[2]`, `PatientName.family`,
// `RequestAttributesSequence[0].RequestedProcedureID`, `(0018,1030)`, `(0019,xx0C,SIEMENS MR HEADER)`.

import type { VR } from '../value-representation.ts';
import type { Scanner } from './scanner.ts';
import {
  NAME_COMPONENTS, NAME_GROUPS,
  type ElementKey, type ElementPath, type NameComponent, type NameGroup, type NameParts, type ValueReference,
  type Vocabulary,
} from './template.ts';

const KEYWORD = /[A-Za-z_][A-Za-z0-9_]*/y;
const TAG = /\(\s*([0-9A-Fa-f]{4})\s*,\s*([0-9A-Fa-f]{4})\s*\)/y;
const PRIVATE_TAG = /\(\s*([0-9A-Fa-f]{4})\s*,\s*xx([0-9A-Fa-f]{2})\s*,\s*([^(){}|]*?)\s*\)/y;
const INDEX = /\[(\d{1,6})\]/y;

/** One name between the dots, with its index. */
interface Step {
  readonly key: ElementKey;
  readonly index: number;
  readonly position: number;
}

/** Up to the formats. @throws {TemplateFault} */
export function parseReference(scanner: Scanner, vocabulary: Vocabulary): Omit<ValueReference, 'formats'> {
  const steps = [parseStep(scanner, vocabulary)];
  let nameParts: NameParts = {};
  let position = scanner.position;
  while (scanner.take('.')) {
    position = scanner.position;
    const word = /[a-z]/.test(scanner.peek()) ? scanner.takeMatch(KEYWORD)?.[0] : undefined;
    if (word === undefined) steps.push(parseStep(scanner, vocabulary));
    else nameParts = withNamePart(scanner, nameParts, word, position);
  }
  const path = pathOf(scanner, steps);
  const hasNameParts = nameParts.group !== undefined || nameParts.component !== undefined;
  if (hasNameParts && !isPerhaps(vrOf(path.element), 'PN')) {
    throw scanner.fault('only the name of a person has such parts', position);
  }
  return { path, valueIndex: steps.at(-1)?.index ?? 0, ...hasNameParts ? { nameParts } : {} };
}

/** Whether an element is of a VR, as far as anybody knows: nobody does of private ones. */
export function isPerhaps(vr: VR | undefined, ...meant: readonly VR[]): boolean {
  return vr === undefined || vr === 'UN' || meant.includes(vr);
}

/** The VR of an element as the dictionary has it. */
export function vrOf(key: ElementKey): VR | undefined {
  return 'vr' in key ? key.vr : undefined;
}

function parseStep(scanner: Scanner, vocabulary: Vocabulary): Step {
  const { position } = scanner;
  const key = parseKey(scanner, vocabulary);
  const [, index = '0'] = scanner.takeMatch(INDEX) ?? [];
  if (scanner.peek() === '[') throw scanner.fault('expected a number in brackets, 0 for the first');
  return { key, index: Number(index), position };
}

function parseKey(scanner: Scanner, { tagOf, vrOf: vrIn }: Vocabulary): ElementKey {
  const start = scanner.position;
  const [, group = '', element = ''] = scanner.takeMatch(TAG) ?? [];
  if (group !== '') {
    const tag = parseInt(group + element, 16);
    return { tag, vr: vrIn(tag) };
  }
  const [, privateGroup = '', last = '', creator = ''] = scanner.takeMatch(PRIVATE_TAG) ?? [];
  if (privateGroup !== '') {
    const number = parseInt(privateGroup, 16);
    if (number % 2 === 0) throw scanner.fault('private elements are in groups with odd numbers', start);
    if (creator === '') throw scanner.fault('expected the private creator behind the second comma', start);
    return { group: number, creator, element: parseInt(last, 16) };
  }
  const [keyword] = scanner.takeMatch(KEYWORD) ?? [];
  if (keyword === undefined) throw scanner.fault('expected a DICOM keyword, or a tag such as (0010,0020)');
  const tag = tagOf(keyword);
  if (tag === undefined) {
    throw scanner.fault(`there is no DICOM keyword ${keyword}`, start, { unknownKeyword: keyword });
  }
  return { tag, vr: vrIn(tag) };
}

/** The last is the element, those before it are sequences. */
function pathOf(scanner: Scanner, steps: readonly Step[]): ElementPath {
  const items: { sequence: ElementKey; itemIndex: number }[] = [];
  for (const { key, index, position } of steps.slice(0, -1)) {
    if (!isPerhaps(vrOf(key), 'SQ')) throw scanner.fault('this is no sequence; nothing lies within it', position);
    items.push({ sequence: key, itemIndex: index });
  }
  const last = steps.at(-1);
  if (last === undefined) throw scanner.fault('expected a DICOM keyword or a tag');
  if (vrOf(last.key) === 'SQ') {
    throw scanner.fault('this is a sequence; name an element in it behind a dot', last.position);
  }
  return { items, element: last.key };
}

function withNamePart(scanner: Scanner, parts: NameParts, word: string, position: number): NameParts {
  const group = NAME_GROUPS.find((one): one is NameGroup => one === word);
  const component = NAME_COMPONENTS.find((one): one is NameComponent => one === word);
  const isInOrder = parts.component === undefined && (group === undefined || parts.group === undefined);
  if (isInOrder && group !== undefined) return { ...parts, group };
  if (isInOrder && component !== undefined) return { ...parts, component };
  throw scanner.fault(
    `expected ${NAME_COMPONENTS.join(', ')}, with ${NAME_GROUPS.join(' or ')} in front where it is meant, `
    + 'or a keyword of an item\'s element', position);
}
