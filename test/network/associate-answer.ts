// What the receiver answers to an A-ASSOCIATE-RQ, taken apart for a test to look at.

import assert from 'node:assert/strict';
import { associateRequest, RawScu, type AssociateRequest, type Heard } from '../rig/raw-scu.ts';

/** Header, protocol version, titles and reserved bytes in front of the items (PS3.8 section 9.3.3). */
const FIXED_BYTES = 74;
const PRESENTATION_CONTEXT_ITEM = 0x21;
const USER_INFORMATION_ITEM = 0x50;

export interface Item {
  readonly type: number;
  readonly value: Buffer;
}

/** What the receiver says to some bytes. */
export async function answerTo({ port }: { readonly port: number }, bytes: Buffer): Promise<Heard> {
  const scu = await RawScu.connect(port);
  scu.send(bytes);
  const heard = await scu.next();
  scu.socket.destroy();
  return heard;
}

/** The A-ASSOCIATE-AC that answers a request, which must be accepted. */
export async function acceptOf(
  scp: { readonly port: number }, request: AssociateRequest | Buffer,
): Promise<Buffer> {
  const heard = await answerTo(scp, Buffer.isBuffer(request) ? request : associateRequest(request));
  assert.equal(heard.kind === 'pdu' && heard.type, 0x02, 'no A-ASSOCIATE-AC');
  return (heard as { bytes: Buffer }).bytes;
}

/** Items one after the other. */
export function itemsOf(bytes: Buffer): Item[] {
  const items: Item[] = [];
  for (let at = 0; at < bytes.length; at += 4 + bytes.readUInt16BE(at + 2)) {
    items.push({ type: bytes.readUInt8(at), value: bytes.subarray(at + 4, at + 4 + bytes.readUInt16BE(at + 2)) });
  }
  return items;
}

/** The sub-items of an accept's user information. */
export function userItemsOf(accept: Buffer): Item[] {
  const userInformation = itemsOf(accept.subarray(FIXED_BYTES)).find(({ type }) => type === USER_INFORMATION_ITEM);
  return itemsOf(userInformation?.value ?? Buffer.alloc(0));
}

/** ID, result and transfer syntax of each answered context, in their order. */
export function contextsOf(accept: Buffer): [number, number, string][] {
  const contexts = itemsOf(accept.subarray(FIXED_BYTES)).filter(({ type }) => type === PRESENTATION_CONTEXT_ITEM);
  return contexts.map(({ value }) => [
    value.readUInt8(0),
    value.readUInt8(2),
    itemsOf(value.subarray(4))[0]?.value.toString('latin1') ?? '',
  ]);
}

/** The type and the last three bytes: result, source and reason of a rejection, source and reason of an abort. */
export function codesOf(heard: Heard): number[] {
  return heard.kind === 'pdu' ? [heard.type, ...heard.bytes.subarray(-3)] : [];
}
