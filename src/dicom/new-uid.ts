// New unique identifiers (PS3.5 section B.2): random ones, and ones that belong to a seed.
// Never reads or writes anything. A file of its own because it loads node:crypto, which uid.ts' users need not.

import { createHash, randomUUID } from 'node:crypto';

/** A new UID, unique everywhere: `2.25.` and a random UUID as a decimal number (PS3.5 section B.2). */
export function createUID(): string {
  return uidOfUUID(randomUUID().replaceAll('-', ''));
}

/**
 * The UID that belongs to a seed: the same seed gives the same UID, on any machine and at any time.
 * The UUID within is of version 8 (RFC 9562 section 5.8), its free bits taken from the SHA-256 of the seed.
 */
export function deriveUID(seed: string): string {
  const bytes = createHash('sha256').update(seed, 'utf8').digest().subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x80, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return uidOfUUID(bytes.toString('hex'));
}

function uidOfUUID(hexadecimal: string): string {
  return `2.25.${BigInt(`0x${hexadecimal}`)}`;
}
