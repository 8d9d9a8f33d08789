// A certification authority of the test's own, made with the openssl program: keys and certificates good and bad.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { copyFile, mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { promisify } from 'node:util';
import { temporaryFolder } from './peers.ts';

const run = promisify(execFile);
const CURVE = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256'];
const DAY_MILLISECONDS = 86_400_000;

/** PEM files. */
export interface KeyPair {
  readonly key: string;
  readonly cert: string;
}

export interface CertificateOptions {
  /** Days from now; yesterday until in a year when not given. */
  readonly fromDays?: number;
  readonly toDays?: number;
  /** Lines of an extensions section beside the default of none. */
  readonly extensions?: readonly string[];
  /** Options of `openssl req` that make the key; a curve's when not given. */
  readonly newKey?: readonly string[];
  /** Encrypts the key. */
  readonly passphrase?: string;
}

/** One that signs: a root, or one that another has signed. */
export class Authority implements KeyPair {
  readonly key: string;
  readonly cert: string;
  readonly #folder: string;
  #issued = 0;

  /** @param folder its own, for what it issues */
  constructor(folder: string, own: KeyPair) {
    this.#folder = folder;
    this.key = own.key;
    this.cert = own.cert;
  }

  /** A root in a folder that is gone after the test. */
  static async make(t: Pick<TestContext, 'after'>, name = 'Test CA'): Promise<Authority> {
    const folder = await temporaryFolder(t);
    const own = { key: join(folder, 'ca.key'), cert: join(folder, 'ca.pem') };
    const extensions = ['-addext', 'keyUsage=critical,keyCertSign,cRLSign'];
    await run('openssl', ['req', '-x509', ...CURVE, '-nodes', '-days', '3650', '-subj', `/CN=${name}`, ...extensions,
      '-keyout', own.key, '-out', own.cert]);
    return new Authority(folder, own);
  }

  /** Signs another authority. */
  async makeIntermediate(name: string): Promise<Authority> {
    const extensions = ['basicConstraints=critical,CA:TRUE', 'keyUsage=critical,keyCertSign,cRLSign'];
    const own = await this.issue(name, { extensions });
    const folder = join(this.#folder, `below-${this.#issued}`);
    await mkdir(folder);
    return new Authority(folder, own);
  }

  /** A new key with a certificate for it. */
  async issue(name: string, options: CertificateOptions = {}): Promise<KeyPair> {
    const { fromDays = -1, toDays = 365, extensions = [], newKey = CURVE, passphrase } = options;
    this.#issued += 1;
    const path = (ending: string) => join(this.#folder, `${this.#issued}.${ending}`);
    const [key, cert, request, settings, index] = [path('key'), path('pem'), path('csr'), path('cnf'), path('txt')];
    const encryption = passphrase === undefined ? ['-nodes'] : ['-passout', `pass:${passphrase}`];
    await run('openssl', ['req', '-new', ...newKey, ...encryption, '-subj', `/CN=${name}`, '-keyout', key, '-out', request]);
    await writeFile(index, '');
    await writeFile(settings, [
      '[ca]', 'default_ca=here',
      '[here]', `new_certs_dir=${this.#folder}`, `database=${index}`,
      'default_md=sha256', 'policy=policy', 'x509_extensions=extensions', 'rand_serial=yes',
      '[policy]', 'commonName=supplied',
      '[extensions]', 'subjectKeyIdentifier=hash', ...extensions, '',
    ].join('\n'));
    await run('openssl', ['ca', '-batch', '-notext', '-config', settings, '-cert', this.cert, '-keyfile', this.key,
      '-in', request, '-out', cert, '-startdate', timeText(fromDays), '-enddate', timeText(toDays)]);
    return { key, cert };
  }
}

/** As certificates have it: 20261120081530Z. */
function timeText(days: number): string {
  const time = new Date(Date.now() + days * DAY_MILLISECONDS).toISOString();
  return `${time.slice(0, 19).replace(/[-T:]/g, '')}Z`;
}

/** Puts a key pair in the place of another, each file in one step, as who renews certificates does. */
export async function replacePair(pair: KeyPair, by: KeyPair): Promise<void> {
  assert.notEqual(pair.key, by.key);
  for (const part of ['key', 'cert'] as const) {
    await copyFile(by[part], `${pair[part]}.new`);
    await rename(`${pair[part]}.new`, pair[part]);
  }
}
