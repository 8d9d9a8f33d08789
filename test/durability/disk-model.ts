// What a power loss would leave, by the rules of POSIX alone: bytes are safe once an fsync of their file began after
// they were written and has ended; a name is safe once the same holds for its directory, and its directory's name is
// safe.
// Journals and write orders of a file system, which often save more, do not count.

import { dirname } from 'node:path';
import type { Deed } from './deeds.ts';

interface Content {
  writtenAt: number;
  syncBeganAt: number;
}

interface Name {
  readonly content: Content;
  /** The end of the call that made it; undefined where it was there before the trace. */
  readonly madeAt: number | undefined;
  /** The beginning of the last call that gave its file a time. */
  touchedAt: number;
}

export class DiskModel {
  readonly #root: string;
  readonly #names = new Map<string, Name>();
  /** The beginning of the last sync of each directory. */
  readonly #syncBeganAt = new Map<string, number>();

  /** @param root a directory that is safe itself */
  constructor(root: string) {
    this.#root = root;
  }

  /** Deeds in order of their end. */
  apply(deed: Deed): void {
    switch (deed.what) {
      case 'answer':
        return;
      case 'write':
        this.#name(deed.path).content.writtenAt = deed.ended;
        return;
      case 'sync':
        this.#sync(deed.path, deed.began);
        return;
      case 'create': case 'make-directory':
        if (!this.#names.has(deed.path)) this.#put(deed.path, newContent(), deed);
        return;
      case 'touch':
        this.#name(deed.path).touchedAt = deed.began;
        return;
      case 'remove':
        this.#names.delete(deed.path);
        return;
      case 'link': case 'rename':
        this.#put(deed.to, this.#name(deed.from).content, deed);
        if (deed.what === 'rename') this.#names.delete(deed.from);
        return;
    }
  }

  /** Paths directly in a directory that were made in the trace. */
  namesIn(directory: string): string[] {
    return [...this.#names.keys()].filter((path) => dirname(path) === directory);
  }

  /** Whether its bytes are safe, by a sync that has ended. */
  isSettled(path: string): boolean {
    const content = this.#names.get(path)?.content;
    return content !== undefined && content.syncBeganAt > content.writtenAt;
  }

  /** Whether the name would be found, and the way to it. */
  isFound(path: string): boolean {
    if (path === this.#root) return true;
    const madeAt = this.#names.get(path)?.madeAt ?? -1;
    // Who made a name before the trace may have died before its own sync.
    return (this.#syncBeganAt.get(dirname(path)) ?? -Infinity) > madeAt && this.isFound(dirname(path));
  }

  madeAt(path: string): number {
    return this.#names.get(path)?.madeAt ?? -Infinity;
  }

  touchedAt(path: string): number {
    return this.#names.get(path)?.touchedAt ?? -Infinity;
  }

  /** Of two that overlap, the one that ends last may have begun first. */
  #sync(path: string, began: number): void {
    this.#syncBeganAt.set(path, Math.max(began, this.#syncBeganAt.get(path) ?? -Infinity));
    const { content } = this.#name(path);
    content.syncBeganAt = Math.max(began, content.syncBeganAt);
  }

  #name(path: string): Name {
    return this.#names.get(path) ?? this.#put(path, newContent(), undefined);
  }

  #put(path: string, content: Content, made: { readonly began: number; readonly ended: number } | undefined): Name {
    const name = { content, madeAt: made?.ended, touchedAt: made?.began ?? -Infinity };
    this.#names.set(path, name);
    return name;
  }
}

function newContent(): Content {
  return { writtenAt: -Infinity, syncBeganAt: -Infinity };
}
