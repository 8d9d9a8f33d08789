// Checks between the keys of destinations about TLS and about what is shown to a server: nothing secret goes out in
// plain, and what has no effect is told.
//
// Takes the file as it stands, with whatever else may be wrong in it, and opens none of the files that it names.

import { checkServerAddress } from './check-inference-servers.ts';
import { destinationEntries } from './destination-entries.ts';
import type { Finding, Path } from './finding.ts';
import { textAt, valueAt } from './loose.ts';

/** @param station the content of config.json */
export function checkDestinationAccess(station: unknown): Finding[] {
  return destinationEntries(station).flatMap(({ entry, path }) => [
    ...checkTls(entry, path),
    ...(valueAt(entry, 'type') === 'dicomweb' ? checkWeb(entry, path) : []),
  ]);
}

const FOUND = { file: 'config.json', at: 'value' } as const;

function checkTls(entry: unknown, path: Path): Finding[] {
  const tls = valueAt(entry, 'tls');
  const has = (key: string) => valueAt(tls, key) !== undefined;
  const findings: Finding[] = [];
  const missing = (key: string, other: string): Finding => {
    const message = `\`${other}\` stands alone, and whoever is shown a certificate wants to see that its key is ours`;
    return { ...FOUND, level: 'error', path: [...path, 'tls', other], message, expected: `\`${key}\` beside it` };
  };
  if (has('key') && !has('cert')) findings.push(missing('cert', 'key'));
  if (has('cert') && !has('key')) findings.push(missing('key', 'cert'));
  if (has('passphrase') && !has('key')) {
    const message = 'not used: there is no `key` that it could open';
    findings.push({ ...FOUND, level: 'warning', path: [...path, 'tls', 'passphrase'], message });
  }
  return findings;
}

function checkWeb(entry: unknown, path: Path): Finding[] {
  const findings = checkServerAddress(entry, 'url', path, 'config.json');
  const text = textAt(entry, 'url');
  if (text === undefined || !URL.canParse(text)) return findings;
  const { protocol, hostname } = new URL(text);
  const isPlain = protocol === 'http:';
  if (isPlain && valueAt(entry, 'tls') !== undefined) {
    const message = 'not used: the address begins with http://, so nothing is encrypted';
    findings.push({ ...FOUND, level: 'warning', path: [...path, 'tls'], message });
  }
  const auth = valueAt(entry, 'auth');
  if (auth === undefined) return findings;
  const isAllowed = valueAt(auth, 'allowPlainHTTP') === true;
  if (isPlain && !isAllowed && !isThisHost(hostname)) {
    const message = 'the address begins with http://, so anybody on the way could read what is shown';
    const expected = 'an address beginning with https://, or "allowPlainHTTP": true';
    findings.push({ ...FOUND, level: 'error', path: [...path, 'auth'], message, expected });
  }
  if (!isPlain && isAllowed) {
    const message = 'not used: the address does not begin with http://';
    findings.push({ ...FOUND, level: 'warning', path: [...path, 'auth', 'allowPlainHTTP'], message });
  }
  return findings;
}

/** What is sent there goes over no network. */
function isThisHost(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.[0-9.]+$/.test(hostname);
}
