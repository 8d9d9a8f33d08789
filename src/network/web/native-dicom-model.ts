// A data set in XML (PS3.19 annex A, Native DICOM Model) as one in JSON (PS3.18 annex F): what STOW-RS answers hold of
// it, which is sequences of texts and numbers.
//
// Knows no document types and resolves no entities but those of XML itself, so that no document can make it reach for
// anything or grow beyond what was read.

import { SaxesParser } from 'saxes';

/** An attribute of a data set in JSON, by its tag in eight hexadecimal digits. */
export interface JsonDataSet {
  [tag: string]: { vr: string; Value: (string | JsonDataSet)[] };
}

const DEEPEST = 64;

/** The data set, or undefined where the text is none. */
export function parseNativeDicomModel(text: string): JsonDataSet | undefined {
  const root: JsonDataSet = {};
  /** The data sets around the place that is read, the innermost last, with the attribute that is open in each. */
  const open: { dataSet: JsonDataSet; attribute?: { vr: string; Value: (string | JsonDataSet)[] } }[] = [];
  let isModel = false;
  let depth = 0;
  let value: string | undefined;
  let isBroken = false;

  const parser = new SaxesParser();
  parser.on('error', () => { isBroken = true; });
  parser.on('doctype', () => { isBroken = true; });
  parser.on('opentag', ({ name, attributes }) => {
    depth += 1;
    if (depth > DEEPEST) isBroken = true;
    if (isBroken) return;
    const inner = open.at(-1);
    switch (localName(name)) {
      case 'NativeDicomModel':
        isModel = depth === 1;
        open.push({ dataSet: root });
        break;
      case 'DicomAttribute':
        if (inner === undefined) break;
        inner.attribute = { vr: attributes['vr'] ?? 'UN', Value: [] };
        inner.dataSet[(attributes['tag'] ?? '').toUpperCase()] = inner.attribute;
        break;
      case 'Item': {
        const dataSet: JsonDataSet = {};
        inner?.attribute?.Value.push(dataSet);
        open.push({ dataSet });
        break;
      }
      case 'Value':
        value = '';
        break;
    }
  });
  parser.on('text', (piece) => { if (value !== undefined) value += piece; });
  parser.on('cdata', (piece) => { if (value !== undefined) value += piece; });
  parser.on('closetag', ({ name }) => {
    depth -= 1;
    switch (localName(name)) {
      case 'Item':
      case 'NativeDicomModel':
        open.pop();
        break;
      case 'Value':
        if (value !== undefined) open.at(-1)?.attribute?.Value.push(value.trim());
        value = undefined;
        break;
    }
  });
  parser.write(text).close();
  return isModel && !isBroken ? root : undefined;
}

/** Without the prefix of its namespace, which differs between servers. */
function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}
