// Whether an address is one of those that the configuration names.

import { BlockList, isIPv6 } from 'node:net';

/** Whether an address lies in one of the ranges (CIDR, or a single address); no range lets all through. */
export function makeAddressTest(ranges: readonly string[]): (address: string) => boolean {
  const list = new BlockList();
  for (const range of ranges) {
    const [network = '', prefix] = range.split('/');
    const family = familyOf(network);
    if (prefix === undefined) list.addAddress(network, family);
    else list.addSubnet(network, Number(prefix), family);
  }
  return (address) => ranges.length === 0 || list.check(address, familyOf(address));
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIPv6(address) ? 'ipv6' : 'ipv4';
}
