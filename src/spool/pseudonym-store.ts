// What is kept of studies that left de-identified, so that results of them can be brought back: a folder for each study
// as it is called outside, in it a file for each set of UIDs of a patient that left together.
//
// The files are encrypted under the profile's key (AES-256-GCM): who can read the disk and not the key learns
// nothing from them, not even whose they are. They are named by what they hold, and the nonce follows from it too: the
// same is written as the same file, however often a step is done again and by however many hosts at once; nothing is
// ever overwritten, and no lease is needed.

import { createCipheriv, createDecipheriv, createHmac, hkdfSync } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { StudyIdentity } from '../dicom/deidentify/identity.ts';
import { isUID } from '../dicom/uid.ts';
import { DamagedFile } from './damaged-file.ts';
import { makeDirectoryDurable, writeFileDurable } from './durable.ts';
import type { Layout } from './layout.ts';
import { exists, listDirectory } from './read.ts';

const CIPHER = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** Of the station's user alone. */
const SECRET_MODE = 0o600;

/** Keys for the files, made of a profile's secret. */
export interface PseudonymKeys {
  readonly encryption: Buffer;
  readonly naming: Buffer;
}

export function derivePseudonymKeys(secret: Buffer): PseudonymKeys {
  const derive = (purpose: string) => Buffer.from(hkdfSync('sha256', secret, '', `way back: ${purpose}`, 32));
  return { encryption: derive('encryption'), naming: derive('naming') };
}

/**
 * Keeps what is needed to bring results of a study back. On disk when it returns; repeatable. Of a study whose UID is
 * none nothing is kept: it names the folder, and no result of such a study is looked for.
 */
export async function keepIdentity(
  layout: Layout, profile: string, keys: PseudonymKeys, identity: StudyIdentity,
): Promise<void> {
  const { StudyInstanceUID } = identity.pseudonym;
  if (!isUID(StudyInstanceUID)) return;
  const plain = Buffer.from(JSON.stringify(inOrder(identity)), 'utf8');
  const digest = createHmac('sha256', keys.naming).update(plain).digest();
  const path = layout.pseudonymFile(profile, StudyInstanceUID, digest.toString('hex', 0, 16));
  if (await exists(path)) return;
  const nonce = digest.subarray(digest.length - NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, keys.encryption, nonce);
  const encrypted = Buffer.concat([cipher.update(plain), cipher.final()]);
  await makeDirectoryDurable(layout.pseudonymsOfStudy(profile, StudyInstanceUID));
  await writeFileDurable(path, Buffer.concat([nonce, cipher.getAuthTag(), encrypted]), SECRET_MODE);
}

/** The same for the same content, whatever order it was gathered in. */
function inOrder({ pseudonym, original, uids }: StudyIdentity): StudyIdentity {
  const sorted = <Value>(map: Readonly<Record<string, Value>>) => {
    return Object.fromEntries(Object.entries(map).sort(([a], [b]) => (a < b ? -1 : 1)));
  };
  return { pseudonym, original: sorted(original), uids: sorted(uids) };
}

/**
 * Everything that is kept of a patient's study, by the StudyInstanceUID and PatientID that we made; undefined where
 * nothing is. What left as the same study of another patient is not mixed into it.
 * @throws {DamagedFile} where a file is not what was written, or was written under another key
 */
export async function findIdentity(
  layout: Layout, profile: string, keys: PseudonymKeys, { StudyInstanceUID, PatientID }: StudyIdentity['pseudonym'],
): Promise<StudyIdentity | undefined> {
  if (!isUID(StudyInstanceUID)) return undefined;
  let whole: StudyIdentity | undefined;
  for (const name of await listDirectory(layout.pseudonymsOfStudy(profile, StudyInstanceUID))) {
    const path = layout.pseudonymFile(profile, StudyInstanceUID, name);
    const identity = decrypt(await readFile(path), keys, path);
    if (identity.pseudonym.PatientID !== PatientID) continue;
    whole = {
      pseudonym: identity.pseudonym,
      original: { ...whole?.original, ...identity.original },
      uids: { ...whole?.uids, ...identity.uids },
    };
  }
  return whole;
}

function decrypt(bytes: Buffer, { encryption }: PseudonymKeys, path: string): StudyIdentity {
  try {
    const decipher = createDecipheriv(CIPHER, encryption, bytes.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES });
    decipher.setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
    const plain = Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()]);
    return JSON.parse(plain.toString('utf8')) as StudyIdentity;
  } catch (error) {
    throw new DamagedFile(path, `it was not written under this key, or is damaged (${String(error)})`);
  }
}
