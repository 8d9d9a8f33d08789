// Checks between the keys of receiver.json about TLS: its port is not that of plain DICOM, and whom to trust is said.
//
// Takes the file as it stands, with whatever else may be wrong in it, and opens none of the files that it names.

import type { Finding, Path } from './finding.ts';
import { keysOf, valueAt } from './loose.ts';
import { DICOM_PORT } from './schema/receiver-file.ts';
import { DICOM_TLS_PORT } from './schema/receiver-tls.ts';

/** Every problem with `tls` of the receiver and of its sites, and what of it has no effect. */
export function checkTls(receiver: unknown): Finding[] {
  const port = valueAt(receiver, 'DICOMPORT') ?? DICOM_PORT;
  const sites = valueAt(receiver, 'SITES');
  return [
    ...checkOne(valueAt(receiver, 'tls'), port, ['tls']),
    ...keysOf(sites).flatMap((name) => {
      const site = valueAt(sites, name);
      return checkOne(valueAt(site, 'tls'), valueAt(site, 'DICOMPORT') ?? port, ['SITES', name, 'tls']);
    }),
  ];
}

/** @param plainPort a number, or a text as the original's files have it */
function checkOne(tls: unknown, plainPort: unknown, path: Path): Finding[] {
  if (typeof tls !== 'object' || tls === null) return [];
  const findings: Finding[] = [];
  const found = { file: 'receiver.json', at: 'value' } as const;
  const port = valueAt(tls, 'port') ?? DICOM_TLS_PORT;
  if (Number(port) === Number(plainPort)) {
    const message = 'DICOMPORT is the same, and one port cannot speak both with TLS and without';
    findings.push({ ...found, level: 'error', path: [...path, 'port'], message, value: port });
  }
  const isRequired = valueAt(tls, 'requireClientCertificate') !== false;
  const hasAuthorities = valueAt(tls, 'ca') !== undefined;
  if (isRequired && !hasAuthorities) {
    const message = 'nothing says which certificates of senders to trust';
    const expected = '`ca`, or "requireClientCertificate": false';
    findings.push({ ...found, level: 'error', path: [...path, 'ca'], message, expected });
  }
  if (!isRequired && hasAuthorities) {
    const message = 'not used: requireClientCertificate is false, so senders are not asked for a certificate';
    findings.push({ ...found, level: 'warning', path: [...path, 'ca'], message });
  }
  return findings;
}
