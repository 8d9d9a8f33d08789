// Sections 4.3 and 4.4: what the network is, and what of all this a site can set.

import { DESTINATION, DICOMWEB_DESTINATION, keysOf, receiverKey } from './parameters.ts';
import { table } from './table.ts';

/** Keys of receiver.json that decide how the station behaves towards a device. */
const RECEIVING = /^(DICOMIP|DICOMPORT|DICOMAETITLE|accept|limits|sopClasses|acceptUnknownSOPClasses|tls)\b/;
/** Those of a destination, by where its kind's keys are listed. */
const SENDING: readonly (readonly [where: string, keys: RegExp])[] = [
  [DESTINATION, /^(AETitle|IP|PORT|OwnAETitle|tls|retry)\b/],
  [DICOMWEB_DESTINATION, /^(url|auth|tls|studyInURL|batchBytes|batchInstances)\b/],
];

export function networkAndConfiguration(): string {
  const parameters = [
    ...keysOf('receiver.json').filter(({ path }) => RECEIVING.test(path)),
    ...SENDING.flatMap(([where, keys]) => keysOf('config.json').filter(({ path }) => {
      return path.startsWith(`${where}.`) && keys.test(path.slice(where.length + 1));
    })),
  ].filter(({ path, expected }) => !expected.startsWith('an object') && !/(passphrase|password|token)\./.test(path));
  return `### 4.3 Network interfaces

TCP/IP, IPv4 and IPv6, on any interface of the host. Names are resolved by the host's own resolver. Both sides turn off
Nagle's delay and turn on TCP keep-alive.

### 4.4 Configuration

#### 4.4.1 AE titles and addresses

${table(['application entity', 'AE title', 'port'], [
    ['RECEIVE', 'any, or those of `accept.calledAETitles`',
      `${receiverKey('DICOMPORT')}; a further one for TLS, ${receiverKey('tls.port')}`],
    ['RECEIVE of a site', 'the same', '`SITES.NAME.DICOMPORT`'],
    ['FORWARD', `\`OwnAETitle\` of the destination, else ${receiverKey('DICOMAETITLE')}`, 'none'],
  ])}
Devices that RECEIVE accepts need not be listed. Each device that FORWARD sends to is a destination in config.json,
with \`AETitle\`, \`IP\` and \`PORT\`; a DICOMweb server has a \`url\` instead.

#### 4.4.2 Parameters

${table(['parameter', 'default', 'what it is for'], parameters.map(({ path, default: fallback, description }) => {
    return [`\`${path}\``, fallback === undefined ? '' : `\`${fallback}\``, description];
  }))}`;
}
