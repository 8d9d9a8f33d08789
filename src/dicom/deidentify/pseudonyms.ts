// What stands for an original value in a de-identified object. Everything follows from the secret key and the value
// alone: the same on every host, after every restart, in every study of a patient, without any state; and nobody
// without the key can tell which value a pseudonym stands for, or make the one of a value that they guess.
//
// HMAC-SHA256 (RFC 2104) under the key, of a purpose and the value, so that what is made for one purpose says nothing
// of another.

import { createHmac } from 'node:crypto';

type Purpose = 'uid' | 'patient' | 'days' | 'identifier';

/** No letters or digits that people mistake for each other, and no vowels that make words. */
const ALPHABET = '23456789BCDFGHJKLMNPQRSTVWXZ';

export class Pseudonyms {
  readonly #key: Buffer;

  /** @param key the secret, of at least 16 bytes (see SHORTEST_KEY_BYTES in options.ts) */
  constructor(key: Buffer) {
    this.#key = key;
  }

  /** The UID that stands for one: `2.25.` and 128 bits as a decimal number (PS3.5 section B.2). */
  uid(original: string): string {
    const bytes = this.#digest('uid', original).subarray(0, 16);
    bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x80, 6); // a UUID of version 8 (RFC 9562 section 5.8)
    bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
    return `2.25.${BigInt(`0x${bytes.toString('hex')}`)}`;
  }

  /** What stands for a patient: `prefix` and `characters` letters and digits. */
  patient(PatientID: string, prefix: string, characters: number): string {
    return prefix + this.#letters('patient', PatientID, characters);
  }

  /** By how many days a patient's dates move back; the same for all of that patient. */
  daysBack(PatientID: string, minimum: number, maximum: number): number {
    return minimum + Number(this.#digest('days', PatientID).readBigUInt64BE() % BigInt(maximum - minimum + 1));
  }

  /** What stands for any other identifier, of 10 characters: what was the same is the same, and no more. */
  identifier(original: string): string {
    return this.#letters('identifier', original, 10);
  }

  #letters(purpose: Purpose, value: string, characters: number): string {
    let number = BigInt(`0x${this.#digest(purpose, value).toString('hex')}`);
    const base = BigInt(ALPHABET.length);
    let letters = '';
    for (; letters.length < characters; number /= base) letters += ALPHABET[Number(number % base)];
    return letters;
  }

  #digest(purpose: Purpose, value: string): Buffer {
    return createHmac('sha256', this.#key).update(`${purpose}\0${value}`, 'utf8').digest();
  }
}
