// The address of a connection as people and allow-lists know it.

/** An IPv4 peer of a socket that listens on IPv6 is shown by its IPv4 address. */
export function unmapAddress(remoteAddress: string | undefined): string {
  return (remoteAddress ?? 'unknown').replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, '');
}
