// The leading elements of a dataset, asked by keyword or tag. Values are decoded when asked, not before.

import { tagOf, type Keyword } from './keywords.ts';
import { transferSyntax } from './transfer-syntaxes.ts';
import type { VR } from './value-representation.ts';
import { decodeNumbers, decodeTexts } from './values.ts';

/** One element of the dataset's top level. */
export interface Element {
  /** group << 16 | element, unsigned. */
  tag: number;
  /** As written, else from the table of keywords; UN where neither knows. */
  vr: VR;
  /** In bytes, or 0xFFFFFFFF for undefined length. */
  length: number;
}

/** A stretch of the dataset that was kept, with the values of several elements in it. */
export interface Segment {
  bytes: Buffer;
}

/** An element and where its value is, if kept: of sequences, large values and what ended the header it is not. */
export interface StoredElement extends Element {
  segment: Segment | undefined;
  /** Of the value in the segment. */
  offset: number;
}

/** An element by its keyword, or by its tag as group << 16 | element (unsigned: `>>> 0`). */
export type ElementName = Keyword | number;

/** Elements by tag, with the transfer syntax their values are written in. Grows while a `HeaderReader` reads. */
export class Header {
  readonly TransferSyntaxUID: string;
  readonly #littleEndian: boolean;
  readonly #elements: ReadonlyMap<number, StoredElement>;

  constructor(TransferSyntaxUID: string, elements: ReadonlyMap<number, StoredElement>) {
    this.TransferSyntaxUID = TransferSyntaxUID;
    this.#littleEndian = transferSyntax(TransferSyntaxUID).littleEndian;
    this.#elements = elements;
  }

  /** Whether the element is present, be it without a value or with one that was not kept. */
  has(name: ElementName): boolean {
    return this.#find(name) !== undefined;
  }

  /** The value as it was written, padding included; undefined if absent or not kept. */
  bytes(name: ElementName): Buffer | undefined {
    const element = this.#find(name);
    return element?.segment?.bytes.subarray(element.offset, element.offset + element.length);
  }

  /**
   * The first value as text, without padding; undefined if absent or empty. Numbers come in decimal. Where neither the
   * data nor the table of keywords has the VR, `vr` says what the element is; else it is taken for text.
   */
  text(name: ElementName, vr?: VR): string | undefined {
    return this.texts(name, vr)[0] || undefined;
  }

  /** All values as texts, empty ones included; none if absent or empty. */
  texts(name: ElementName, vr?: VR): string[] {
    const value = this.bytes(name);
    return value === undefined
      ? []
      : decodeTexts(value, this.#vrOf(name, vr), this.#littleEndian, this.#SpecificCharacterSet());
  }

  /** The first number; undefined if absent, empty or not a number. */
  number(name: ElementName, vr?: VR): number | undefined {
    return this.numbers(name, vr)[0];
  }

  /** All numbers, binary (US SS UL SL FL FD UV SV AT) or decimal (DS IS, other texts); without what is none. */
  numbers(name: ElementName, vr?: VR): number[] {
    const value = this.bytes(name);
    return value === undefined ? [] : decodeNumbers(value, this.#vrOf(name, vr), this.#littleEndian);
  }

  /** This header with more elements behind its own; where both have one, its own stands. */
  and(more: ReadonlyMap<number, StoredElement>): Header {
    return new Header(this.TransferSyntaxUID, new Map([...more, ...this.#elements]));
  }

  /** All elements in the order of the data. */
  entries(): IterableIterator<Element> {
    return this.#elements.values();
  }

  #find(name: ElementName): StoredElement | undefined {
    return this.#elements.get(typeof name === 'number' ? name : tagOf(name));
  }

  #vrOf(name: ElementName, asked: VR = 'UN'): VR {
    const { vr } = this.#find(name) ?? { vr: asked };
    return vr === 'UN' ? asked : vr;
  }

  #SpecificCharacterSet(): string[] {
    const value = this.bytes('SpecificCharacterSet');
    return value === undefined ? [] : decodeTexts(value, 'CS', this.#littleEndian, []);
  }
}
