// Section 4.2.3: FORWARD as a user agent of DICOMweb (PS3.18), for destinations of that type.

import { formatHttpStatus } from '../network/web/web-answer.ts';
import { stowStatus, type StowStatus } from '../network/web/stow-status.ts';
import { WEB_TIMEOUTS } from '../network/web/web-peer.ts';
import { defaultOf, DICOMWEB_DESTINATION } from './parameters.ts';
import { table } from './table.ts';

export function webUserAgent(): string {
  return ['#### 4.2.3 FORWARD as a DICOMweb user agent\n', services(), connections(), store(), statuses()].join('\n');
}

function webDefault(key: string): string {
  return defaultOf('config.json', `${DICOMWEB_DESTINATION}.${key}`);
}

function services(): string {
  return `##### 4.2.3.1 Services

${table(['service', 'user agent', 'origin server'], [
    ['Studies Store (STOW-RS, PS3.18 section 10.5)', 'yes', 'no'],
    ['Studies Search (QIDO-RS, PS3.18 section 10.6), to see whether a server is there', 'yes', 'no'],
    ['all others', 'no', 'no'],
  ])}`;
}

function connections(): string {
  const { connectSeconds, silenceSeconds } = WEB_TIMEOUTS;
  return `##### 4.2.3.2 Connection policies

${table(['policy', ''], [
    ['protocol', 'HTTP/1.1; over TLS (section 7) where `url` begins with https://'],
    ['connections at a time', 'as many as deliveries may go to the destination, `parallel`; one request after the other '
      + 'on each, which is kept open between them'],
    ['authentication', 'HTTP Basic or a bearer token (`auth`), a client certificate (`tls`), or none. Neither user nor '
      + 'token is sent without TLS, but to the host itself or where the site says so'],
    ['redirections', 'none is followed'],
    ['content coding', 'none; requests have a Content-Length'],
    ['wait for the connection, TLS included', `${connectSeconds} s`],
    ['wait without a byte in either direction', `${silenceSeconds} s`],
  ])}`;
}

function store(): string {
  return `##### 4.2.3.3 Studies Store

Instances go by POST to \`/studies\` below \`url\`, or with \`studyInURL\` to \`/studies/\` and their StudyInstanceUID, each
as a part with its whole file (PS3.10), byte for byte.

${table(['of a request', ''], [
    ['Content-Type', '`multipart/related; type="application/dicom"`'],
    ['Content-Type of each part', '`application/dicom; transfer-syntax=` and the UID; `application/dicom` for a server that '
      + 'refuses or passes over the first one sent so'],
    ['Accept', '`application/dicom+json`; `application/dicom+xml` for a server that answers 406'],
    ['SOP Classes and transfer syntaxes', 'those of the instances, whichever they are: nothing is converted'],
    ['instances in a request', `one at first, then up to ${webDefault('batchInstances')}, \`batchInstances\``],
    ['bytes in a request of several', `up to ${webDefault('batchBytes')}, \`batchBytes\``],
  ])}
The answer is read as a Store Instances Response Module (PS3.18 annex I) in JSON or XML. An instance is stored where
Referenced SOP Sequence (0008,1199) names it, whatever its Warning Reason, and refused where Failed SOP Sequence
(0008,1198) names it: what its Failure Reason means is in 4.2.2.4. One that neither names is sent once more alone, and counts
as not stored where it is not named then. An answer that is no such module stores nothing, whatever its status.
`;
}

const MEANINGS: { readonly [Status in StowStatus]: string } = {
  'told': 'the module in the answer says what became of each instance; 409 without one: as 400',
  'refused': 'the request is halved until it is known which instance is refused; the others go on',
  'too-large': 'smaller requests; an instance that is too large alone is refused',
  'not-allowed': 'the delivery is held until a person has looked',
  'busy': 'the delivery is tried again, after the time that Retry-After asks for, but no later than `retry.maxSeconds` say',
  'breaking': 'the request is halved, to find out whether an instance is what breaks the server; tried again later',
  'away': 'the delivery is tried again later',
};

/** Those that table 10.5.3-1 or section 8.5 of PS3.18 names, and some that proxies give. */
const STATUSES = [200, 202, 400, 401, 403, 404, 409, 413, 415, 429, 500, 502, 503, 504];

function statuses(): string {
  return `##### 4.2.3.4 Status codes

${table(['status', 'what follows'], [
    ...STATUSES.map((status) => [formatHttpStatus(status), MEANINGS[stowStatus(status)]]),
    ['any other 4xx', MEANINGS[stowStatus(499)]],
    ['any other', MEANINGS[stowStatus(299)]],
  ])}
A connection that cannot be made, is lost, or is silent for too long is tried again as 4.2.2.5 says, without the
instances whose storage the server has told.
`;
}
