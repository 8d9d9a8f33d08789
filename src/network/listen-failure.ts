// Why nothing can listen at an address and port.

import { hasCode } from '../spool/error-code.ts';

export interface ListenFailure {
  readonly reason: 'address-in-use' | 'port-not-permitted' | 'address-not-ours';
  readonly address: string;
  readonly port: number;
}

/** Undefined for any other error. */
export function listenFailureOf(error: unknown, address: string, port: number): ListenFailure | undefined {
  if (hasCode(error, 'EADDRINUSE')) return { reason: 'address-in-use', address, port };
  if (hasCode(error, 'EACCES')) return { reason: 'port-not-permitted', address, port };
  if (!hasCode(error, 'EADDRNOTAVAIL', 'ENOTFOUND', 'EAI_AGAIN')) return undefined;
  return { reason: 'address-not-ours', address, port };
}
