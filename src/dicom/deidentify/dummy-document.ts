// What stands where an encapsulated document was: a page with nothing on it, where the document's kind is known.

import type { DataElement, DataSet } from '../tree/data-set.ts';
import { trimPadding } from '../padding.ts';
import type { ElementChange } from './change.ts';

const ENCAPSULATED_DOCUMENT = 0x00420011;
const MIME_TYPE = 0x00420012;
const ENCAPSULATED_DOCUMENT_LENGTH = 0x00420015;

const EMPTY_PDF = [
  '%PDF-1.4', '1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj',
  '2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj', '3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj',
  'trailer<</Root 1 0 R>>', '%%EOF', '',
].join('\n');

const EMPTY_BY_TYPE: Readonly<Record<string, string>> = {
  'application/pdf': EMPTY_PDF,
  'text/XML': '<?xml version="1.0"?><removed/>',
  'model/stl': 'solid removed\nendsolid removed\n',
};

/** Undefined of any other element. */
export function emptyDocument(element: DataElement, dataSet: DataSet): DataElement | undefined {
  if (element.tag !== ENCAPSULATED_DOCUMENT) return undefined;
  const type = dataSet.get(MIME_TYPE)?.value;
  const kind = type?.kind === 'bytes' ? trimPadding(type.bytes.toString('latin1')) : '';
  const text = EMPTY_BY_TYPE[kind] ?? '\0\0';
  return { ...element, value: { kind: 'bytes', bytes: Buffer.from(text.length % 2 === 0 ? text : `${text}\n`) } };
}

/**
 * With the length of the document that is in it, where another was announced.
 * @param changes the list that what is done is added to
 */
export function withDocumentLength(dataSet: DataSet, original: DataSet, changes: ElementChange[]): DataSet {
  const document = dataSet.get(ENCAPSULATED_DOCUMENT)?.value;
  const announced = dataSet.get(ENCAPSULATED_DOCUMENT_LENGTH);
  if (document?.kind !== 'bytes' || announced === undefined) return dataSet;
  if (document === original.get(ENCAPSULATED_DOCUMENT)?.value) return dataSet;
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(document.bytes.length);
  const keyword = 'EncapsulatedDocumentLength';
  changes.push({ path: '00420015', keyword, vr: announced.vr, action: 'replace', by: 'basic' });
  return new Map(dataSet).set(announced.tag, { ...announced, value: { kind: 'bytes', bytes } });
}
