// A sender made of bytes: what no real program sends on demand, right or wrong, from A-ASSOCIATE-RQ to half an object.

import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import {
  COMMAND_FIELD, encodeCommandSet, NO_DATASET, parseCommandSet, WITH_DATASET, type CommandSet,
} from '../../src/network/command-set.ts';
import { cutIntoFragments } from '../../src/network/data-fragments.ts';
import { PduReader } from '../../src/network/pdu-reader.ts';

export const CT_IMAGE_STORAGE = '1.2.840.10008.5.1.4.1.1.2';
export const VERIFICATION = '1.2.840.10008.1.1';
export const EXPLICIT_VR_LITTLE_ENDIAN = '1.2.840.10008.1.2.1';

export const RELEASE_REQUEST = Buffer.from([0x05, 0, 0, 0, 0, 4, 0, 0, 0, 0]);
export const ABORT = Buffer.from([0x07, 0, 0, 0, 0, 4, 0, 0, 0, 0]);

export interface Proposal {
  readonly id: number;
  readonly abstractSyntax?: string;
  readonly transferSyntaxes?: readonly string[];
}

export interface AssociateRequest {
  readonly contexts?: readonly Proposal[];
  readonly callingAETitle?: string;
  readonly calledAETitle?: string;
  readonly applicationContext?: string;
  readonly protocolVersion?: number;
  readonly maximumPDULength?: number;
  /** Further items of the user information, see `item`. */
  readonly userItems?: readonly Buffer[];
}

/** An item of an A-ASSOCIATE PDU: type, reserved byte, length, value. */
export function item(type: number, value: Buffer | string): Buffer {
  const bytes = Buffer.from(value as string, 'latin1');
  const head = Buffer.from([type, 0, 0, 0]);
  head.writeUInt16BE(bytes.length, 2);
  return Buffer.concat([head, bytes]);
}

/** A PDU of any type around what it holds. */
export function pdu(type: number, ...content: Buffer[]): Buffer {
  const body = Buffer.concat(content);
  const head = Buffer.from([type, 0, 0, 0, 0, 0]);
  head.writeUInt32BE(body.length, 2);
  return Buffer.concat([head, body]);
}

export function associateRequest(request: AssociateRequest = {}): Buffer {
  const { contexts = [{ id: 1 }], callingAETitle = 'RAW', calledAETitle = 'DTS', userItems = [] } = request;
  const fixed = Buffer.alloc(68);
  fixed.writeUInt16BE(request.protocolVersion ?? 1, 0);
  fixed.write(calledAETitle.padEnd(16), 4, 16, 'latin1');
  fixed.write(callingAETitle.padEnd(16), 20, 16, 'latin1');
  const maximum = Buffer.alloc(4);
  maximum.writeUInt32BE(request.maximumPDULength ?? 16384);
  return pdu(
    0x01,
    fixed,
    item(0x10, request.applicationContext ?? '1.2.840.10008.3.1.1.1'),
    ...contexts.map(({ id, abstractSyntax = CT_IMAGE_STORAGE, transferSyntaxes = [EXPLICIT_VR_LITTLE_ENDIAN] }) =>
      item(0x20, Buffer.concat([
        Buffer.from([id, 0, 0, 0]),
        item(0x30, abstractSyntax),
        ...transferSyntaxes.map((syntax) => item(0x40, syntax)),
      ]))),
    item(0x50, Buffer.concat([item(0x51, maximum), item(0x52, '1.2.3'), ...userItems])),
  );
}

/** One presentation data value, whole. */
export function pdv(presentationContextID: number, control: number, bytes: Buffer): Buffer {
  const head = Buffer.alloc(6);
  head.writeUInt32BE(bytes.length + 2);
  head.writeUInt8(presentationContextID, 4);
  head.writeUInt8(control, 5);
  return Buffer.concat([head, bytes]);
}

/** P-DATA-TF with all the bytes of a command set or dataset in fragments. */
export function dataPdus(contextId: number, bytes: Buffer, isCommand: boolean, fragmentBytes = 16378): Buffer {
  return Buffer.concat(cutIntoFragments(bytes, fragmentBytes, { contextId, isCommand, endsMessagePart: true }));
}

export function storeCommand(SOPInstanceUID: string, elements: CommandSet = {}): Buffer {
  return encodeCommandSet({
    AffectedSOPClassUID: CT_IMAGE_STORAGE,
    CommandField: COMMAND_FIELD['C-STORE-RQ'],
    MessageID: 1,
    Priority: 0,
    CommandDataSetType: WITH_DATASET,
    AffectedSOPInstanceUID: SOPInstanceUID,
    ...elements,
  });
}

export function echoCommand(elements: CommandSet = {}): Buffer {
  return encodeCommandSet({
    AffectedSOPClassUID: VERIFICATION,
    CommandField: COMMAND_FIELD['C-ECHO-RQ'],
    MessageID: 1,
    CommandDataSetType: NO_DATASET,
    ...elements,
  });
}

/** What the other side said: an answering PDU, a command set, or the end of the connection. */
export type Heard =
  | { readonly kind: 'pdu'; readonly type: number; readonly bytes: Buffer }
  | { readonly kind: 'command'; readonly presentationContextID: number; readonly command: CommandSet }
  | { readonly kind: 'closed' };

export class RawScu {
  readonly socket: Socket;
  readonly #heard: Heard[] = [];
  #wake: (() => void) | undefined;

  constructor(socket: Socket) {
    this.socket = socket;
    const command: Buffer[] = [];
    const reader = new PduReader(0, {
      otherPdu: (bytes) => this.#hear({ kind: 'pdu', type: bytes.readUInt8(0), bytes }),
      fragment: (presentationContextID, _isCommand, isLast, chunk, endOfFragment) => {
        command.push(chunk);
        if (!isLast || !endOfFragment) return undefined;
        const parsed = parseCommandSet(Buffer.concat(command.splice(0)));
        if ('fault' in parsed) throw new Error(`the receiver answered a command that cannot be read: ${parsed.fault}`);
        return this.#hear({ kind: 'command', presentationContextID, command: parsed });
      },
      fault: (fault) => {
        throw new Error(`the receiver sent what cannot be read: ${JSON.stringify(fault)}`);
      },
    });
    socket.on('data', (chunk: Buffer) => void reader.read(chunk));
    socket.on('error', () => undefined); // 'close' follows
    socket.on('close', () => this.#hear({ kind: 'closed' }));
  }

  static async connect(port: number): Promise<RawScu> {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    await once(socket, 'connect');
    return new RawScu(socket);
  }

  /** Connects and has its association accepted. */
  static async associate(port: number, request?: AssociateRequest): Promise<RawScu> {
    const scu = await RawScu.connect(port);
    scu.send(associateRequest(request));
    const answer = await scu.next();
    if (answer.kind !== 'pdu' || answer.type !== 0x02) throw new Error(`not accepted: ${JSON.stringify(answer)}`);
    return scu;
  }

  send(...bytes: Buffer[]): void {
    this.socket.write(Buffer.concat(bytes));
  }

  /** Sends a whole C-STORE request and waits for its response. */
  async store(SOPInstanceUID: string, dataset: Buffer, elements?: CommandSet): Promise<CommandSet> {
    this.send(dataPdus(1, storeCommand(SOPInstanceUID, elements), true), dataPdus(1, dataset, false));
    const answer = await this.next();
    if (answer.kind !== 'command') throw new Error(`no response: ${JSON.stringify(answer)}`);
    return answer.command;
  }

  /** The next thing heard, waited for. */
  async next(): Promise<Heard> {
    for (;;) {
      const heard = this.#heard.shift();
      if (heard !== undefined) return heard;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  async release(): Promise<void> {
    this.send(RELEASE_REQUEST);
    const answer = await this.next();
    if (answer.kind !== 'pdu' || answer.type !== 0x06) throw new Error(`not released: ${JSON.stringify(answer)}`);
    this.socket.end();
  }

  #hear(heard: Heard): undefined {
    this.#heard.push(heard);
    this.#wake?.();
  }
}
