// An instance as a tree of data elements that can be changed: what stands in it, with its long values still on disk.
// Types only. Read by read-instance-tree.ts, written by encode-instance.ts; whoever changes one makes a new tree.

import type { FileMeta } from '../file-meta.ts';

/** A data set, or an item: its elements by tag (group << 16 | element, unsigned). Written by ascending tag. */
export type DataSet = Map<number, DataElement>;

export interface DataElement {
  readonly tag: number;
  /**
   * As written, also where it is of no known edition; where the file has none, that of the dictionary, else UN. So an
   * element that the file has as UN is UN here, whatever the dictionary says of its tag.
   */
  readonly vr: string;
  readonly value: ElementValue;
}

export type ElementValue = BytesValue | RangeValue | ItemsValue | FragmentsValue | MadeValue;

/** Little endian, as in Explicit VR Little Endian, padded as it lay. An odd length is made even when written. */
export interface BytesValue {
  readonly kind: 'bytes';
  readonly bytes: Buffer;
}

/** A long value where it lies in the instance's file. */
export interface RangeValue extends ByteRange {
  readonly kind: 'range';
  /** How many bytes at a time are to be turned round to make it little endian: 1 where it is as it lies. */
  readonly wordBytes: WordBytes;
}

/** SQ, or UN that holds items (PS3.5 section 6.2.2). */
export interface ItemsValue {
  readonly kind: 'items';
  readonly items: readonly DataSet[];
  /** How lengths are written, as they were read: of the sequence, and of each of its items. Left out: all undefined. */
  readonly lengths?: { readonly sequence: LengthForm; readonly items: LengthForm };
}

/** Encapsulated PixelData (PS3.5 section A.4): first the offset table, which may be empty, then the fragments. */
export interface FragmentsValue {
  readonly kind: 'fragments';
  readonly fragments: readonly ByteRange[];
}

/**
 * A value that is made while it is written: in little endian, each time from the start, exactly `length` bytes, in
 * pieces of whole words (8 bytes fit all), which the writer may change.
 */
export interface MadeValue {
  readonly kind: 'made';
  readonly length: number;
  readonly make: () => AsyncIterable<Buffer>;
}

/** Bytes of the instance's file: from where its data set begins, and of a deflated one as it is once inflated. */
export interface ByteRange {
  readonly offset: number;
  readonly length: number;
}

export type WordBytes = 1 | 2 | 4 | 8;

export type LengthForm = 'defined' | 'undefined';

/** A whole instance. Its file must stay as it is for as long as the tree is used. */
export interface InstanceTree {
  readonly file: string | Buffer;
  /** As the file has it. What is written gets one that fits its data set. */
  readonly fileMeta: FileMeta;
  /** In which the file is, and in which the ranges lie. */
  readonly TransferSyntaxUID: string;
  readonly dataSet: DataSet;
}
