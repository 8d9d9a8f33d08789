// Whether a text can be an address. Never asks a name server: `check` does, and a name that is not known today may be
// tomorrow.

const IPV4 = /^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?!$)|$)){4}$/;
const HOST_LABEL = /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/i;

/** Whether a text is an IPv4 or IPv6 address or can be a host's name (RFC 1123; `_` occurs in the field). */
export function isHost(text: string): boolean {
  if (text.includes(':')) return isIPv6(text);
  if (/^[\d.]+$/.test(text)) return IPV4.test(text);
  return text.length <= 253 && text.split('.').every((label) => HOST_LABEL.test(label));
}

/** Whether a text is an IP address or a range of them in CIDR notation (RFC 4632). */
export function isAddressRange(text: string): boolean {
  const [, address = '', prefix] = /^([^/]*)(?:\/(\d{1,3}))?$/.exec(text) ?? [];
  const bits = IPV4.test(address) ? 32 : isIPv6(address) ? 128 : undefined;
  return bits !== undefined && (prefix === undefined || Number(prefix) <= bits);
}

/**
 * A scope, as in fe80::1%eth0, is allowed. `node:net` would know too, but loading it costs every tick two
 * milliseconds.
 */
function isIPv6(text: string): boolean {
  const [address = ''] = text.split('%', 1);
  return /^[0-9a-f:.]+$/i.test(address) && URL.canParse(`http://[${address}]/`);
}
