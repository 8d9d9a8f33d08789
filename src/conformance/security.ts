// Sections 5, 7 and 8: media, security, and the annexes.

import { CONFIDENTIALITY_TABLE_SOURCE } from '../dicom/deidentify/confidentiality-table.ts';
import { BASIC_PROFILE_CODE, DEIDENTIFICATION_OPTIONS, OPTION_CODES } from '../dicom/deidentify/options.ts';
import { SAFE_PRIVATE_SOURCE } from '../dicom/deidentify/safe-private.ts';
import { TLS_POLICY } from '../network/tls-policy.ts';
import { receiverKey } from './parameters.ts';
import { table } from './table.ts';

export function media(): string {
  return `## 5 Media interchange

None: DTS neither reads nor writes DICOM media.
`;
}

export function security(): string {
  const ciphers = String(TLS_POLICY.ciphers).split(':').filter((name) => !name.startsWith('@'));
  return `## 7 Security

**Secure transport.** With \`tls\` in receiver.json, RECEIVE listens on a further port for the BCP 195 TLS Secure
Transport Connection Profile (PS3.15 annex B). The plain port stays what it is; a site that wants TLS alone closes it
to others by \`accept\` or by a firewall.

FORWARD calls a destination over TLS, by the same profile, where it has \`tls\` (a DICOM node) or its address begins with
https:// (a DICOMweb server); never without where it is configured so. It verifies the destination's certificate, and that
it is made out to the name or address by which the destination is called, or to \`tls.serverName\`. Certificates that are
refused are told, and the delivery is tried again later.

${table(['TLS', ''], [
    ['versions', `${String(TLS_POLICY.minVersion).replace('v', ' ')} and later`],
    ['port of RECEIVE', receiverKey('tls.port')],
    ['cipher suites', ciphers.join(', ')],
    ['certificate of a device that calls',
      `${receiverKey('tls.requireClientCertificate')}: one that \`tls.ca\` has signed`],
    ['certificate of a device that is called', 'always verified: one that \`tls.ca\` has signed, or an authority that '
      + 'Node.js trusts'],
    ['certificate that FORWARD shows', '\`tls.cert\`, where the device asks for one'],
  ])}
**Association level.** Who may send can be limited by calling and called AE title and by address (\`accept\`). DICOM
without TLS authenticates nobody.

**Application level.** No digital signatures are made or verified; those of objects that pass through stay as they
are. No audit messages are sent; every association, refusal and delivery is in the event log.

**Attribute confidentiality.** FORWARD de-identifies what goes to a destination that asks for it (\`deidentify\`), and
\`dts deidentify\` files: by the Basic Application Level Confidentiality Profile and these options, from
${CONFIDENTIALITY_TABLE_SOURCE}, and ${SAFE_PRIVATE_SOURCE}.

${table(['code of CID 7050', 'profile or option', 'in the configuration'], [
    [BASIC_PROFILE_CODE.CodeValue, BASIC_PROFILE_CODE.CodeMeaning, '\`deidentify\`'],
    ...DEIDENTIFICATION_OPTIONS.map((option) => {
      return [OPTION_CODES[option].CodeValue, OPTION_CODES[option].CodeMeaning, `\`${option}\``];
    }),
  ])}
UIDs, patients and dates are replaced consistently for as long as the site's key is the same, over all studies and hosts.
Pixels are not changed: what may show its patient in them is held, left out or refused, as the profile says. No attributes
are encrypted within objects. Any transfer syntax goes in, and the same comes out.
`;
}

export function annexes(): string {
  return `## 8 Annexes

- **8.1 IOD contents.** The station creates no objects. Programs that run on it do; before their objects are sent,
  each is checked: it can be read, belongs to the study and patient that the program was given, has a
  SeriesInstanceUID and a SOPInstanceUID of its own, and is of a Storage SOP Class. Their contents are for the
  statements of those programs. (The example core, which is there to be tried, makes a Comprehensive SR and Secondary
  Captures of a measurement.)
- **8.2 Data dictionary of private attributes.** None: no private attributes are created or required.
- **8.3 Coded terminology and templates.** None are used.
- **8.4 Grayscale image consistency.** Not applicable: nothing is displayed.
- **8.5 Standard extended, specialized and private SOP Classes.** None are defined; private ones of others are taken
  in and sent on (4.2.1.7).
- **8.6 Private transfer syntaxes.** None are defined; those of others are taken in and sent on.
`;
}
