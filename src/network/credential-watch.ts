// Looks whether the files of a listener's credentials have changed, so that a renewed certificate needs no restart.
//
// The files are read, not only their times: what was copied or moved into place may carry any time. What cannot be used
// changes nothing and is told once; it is tried again at every look, for whoever renews may be half way.

import { isDeepStrictEqual } from 'node:util';
import { readTlsCredentials, type TlsCredentials, type TlsFiles } from './tls-credentials.ts';
import { wordTlsFault } from './tls-fault.ts';

/** Who is told what the files hold. */
export interface CredentialNews {
  /** Others than before, to be used from now on. */
  loaded(credentials: TlsCredentials): void;
  /** @param remainsUsable whether there are others, which stay in use */
  unusable(text: string, remainsUsable: boolean): void;
}

export class CredentialWatch {
  readonly #files: TlsFiles;
  readonly #news: CredentialNews;
  #current: TlsCredentials | undefined;
  #toldFault: string | undefined;
  #looking: Promise<void> | undefined;

  constructor(files: TlsFiles, news: CredentialNews) {
    this.#files = files;
    this.#news = news;
  }

  /** Whether there have been any that can be used. */
  get isUsable(): boolean {
    return this.#current !== undefined;
  }

  /** Settles when the news are told. */
  look(): Promise<void> {
    this.#looking ??= this.#look().finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
  }

  async #look(): Promise<void> {
    const read = await readTlsCredentials(this.#files);
    if ('reason' in read) {
      const { text, remedy } = wordTlsFault(read);
      if (text !== this.#toldFault) this.#news.unusable(`${text}; ${remedy}`, this.isUsable);
      this.#toldFault = text;
      return;
    }
    this.#toldFault = undefined;
    if (isDeepStrictEqual(read.context, this.#current?.context)) return;
    this.#current = read;
    this.#news.loaded(read);
  }
}
