// A file of the station, or an archived instance, that was fine when it was written and is not now. Thrown where
// nothing can be done about it at once; the message holds nothing of the file's content, which may be a patient's.

export class DamagedFile extends Error {
  readonly path: string;

  /** @param why as an ending to "the file …" */
  constructor(path: string, why: string) {
    super(why);
    this.path = path;
  }
}
