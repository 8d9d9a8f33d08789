// A bundle: instances packed into one file, as inference servers take and give them. Types only.

/** How files are packed. */
export type BundleKind = 'zip' | 'tar';

/** A file that goes into a bundle. */
export interface BundledFile {
  /** Absolute. */
  readonly path: string;
  /** In the bundle; no folders. */
  readonly name: string;
  readonly bytes: number;
}

/** A bundle that is made while it is read, so that it takes no room anywhere. */
export interface Bundle {
  /** Exactly as many as `content` gives. */
  readonly bytes: number;
  /** Rejects with the system's error where a file cannot be read, or is not as long as it was said to be. */
  readonly content: AsyncIterable<Uint8Array>;
}

/** Something that a bundle holds. */
export interface BundleEntry {
  /** As the bundle has it; see entry-name.ts. */
  readonly name: string;
  /** `other`: a link, a device, whatever is neither file nor folder. */
  readonly kind: 'file' | 'folder' | 'other';
  /** As the bundle says, which need not be true. */
  readonly bytes: number;
  /** To be read, or left alone, before the next entry is asked for. */
  readonly content: AsyncIterable<Uint8Array>;
}

/** Why a bundle cannot be read any further: it is damaged, or made by somebody who means harm. */
export class DamagedBundle extends Error {
  override readonly name = 'DamagedBundle';
}
