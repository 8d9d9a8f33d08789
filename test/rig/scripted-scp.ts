// A Storage SCP that does what a test wants of it, right or wrong: the peers that no real program plays on demand.
//
// It listens on 127.0.0.1, accepts any association and answers each message with success, unless the script says
// otherwise. It keeps what it was sent for the test to look at.

import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import type { TestContext } from 'node:test';
import {
  COMMAND_FIELD, encodeCommandSet, NO_DATASET, parseCommandSet, type CommandSet,
} from '../../src/network/command-set.ts';
import { PduReader } from '../../src/network/pdu-reader.ts';
import { dataPdus } from './raw-scu.ts';

/** A presentation context of A-ASSOCIATE-RQ. */
export interface Proposal {
  readonly id: number;
  readonly SOPClassUID: string;
  readonly TransferSyntaxUIDs: readonly string[];
}

/** A DIMSE message, the dataset's fragments put together. */
export interface ReceivedMessage {
  readonly contextId: number;
  readonly command: CommandSet;
  readonly dataset: Buffer;
}

/** Sends a command, with its dataset where it has one, in the context of the message that came. */
export type Say = (command: CommandSet, dataset?: Buffer) => void;

export interface Script {
  /** Announced in A-ASSOCIATE-AC; 16384 when not given. */
  readonly maximumPDULength?: number;
  /** The answer to a proposal; acceptance of its first transfer syntax when not given. */
  answerContext?(proposal: Proposal): { readonly result: number; readonly TransferSyntaxUID: string };
  /** Whether A-ABORT is the answer to a request with such a proposal. */
  abortsOn?(proposal: Proposal): boolean;
  /** IDs of contexts that are accepted though nobody proposed them. */
  readonly inventedContextIds?: readonly number[];
  /** Elements put over those of a success response; undefined for no response at all. */
  respond?(message: ReceivedMessage, index: number): CommandSet | undefined;
  /** What it says of itself around its answer to a message: before it, or after. */
  before?(message: ReceivedMessage, say: Say): void;
  after?(message: ReceivedMessage, say: Say): void;
  /** Told of every piece of data as it comes. */
  seen?(bytes: number, socket: Socket): void;
  /** What A-RELEASE-RQ leads to; an answer when not given. */
  readonly onRelease?: 'answer' | 'close' | 'nothing';
}

export interface ScriptedScp {
  readonly port: number;
  /** In the order of their end, over all associations. */
  readonly messages: readonly ReceivedMessage[];
  /** The proposals of each association. */
  readonly associations: readonly (readonly Proposal[])[];
  /** The longest P-DATA-TF PDU that came, without its header. */
  longestPDU(): number;
  /** How often A-ABORT has come. */
  aborts(): number;
  /** Resolves when no connection is open. */
  idle(): Promise<void>;
}

const A_ASSOCIATE_RQ = 0x01;
const A_RELEASE_RQ = 0x05;
const A_ABORT = 0x07;
const A_RELEASE_RP = Buffer.from([0x06, 0, 0, 0, 0, 4, 0, 0, 0, 0]);
const A_ABORT_BY_USER = Buffer.from([0x07, 0, 0, 0, 0, 4, 0, 0, 0, 0]);
const RESPONSE = 0x8000;

/** Starts listening. */
export async function startScriptedScp(t: Pick<TestContext, 'after'>, script: Script = {}): Promise<ScriptedScp> {
  const messages: ReceivedMessage[] = [];
  const associations: Proposal[][] = [];
  let longestPDU = 0;
  let aborts = 0;

  const { port, idle } = await startTcpServer(t, (socket) => {
    let command: CommandSet | undefined;
    let pieces: Buffer[] = [];
    let fragmentBytes = 0;

    const endMessage = (contextId: number, dataset: Buffer) => {
      const message = { contextId, command: command ?? {}, dataset };
      command = undefined;
      messages.push(message);
      if (((message.command.CommandField ?? 0) & RESPONSE) !== 0) return; // to what it has said of itself
      const say: Say = (words, content) => {
        socket.write(dataPdus(contextId, encodeCommandSet(words), true));
        if (content !== undefined) socket.write(dataPdus(contextId, content, false));
      };
      script.before?.(message, say);
      const changes = script.respond === undefined ? {} : script.respond(message, messages.length - 1);
      if (changes !== undefined) socket.write(encodeResponse(message, changes));
      script.after?.(message, say);
    };

    const reader = new PduReader(0, {
      otherPdu: (pdu) => {
        if (pdu[0] === A_ASSOCIATE_RQ) {
          const proposals = parseProposals(pdu);
          associations.push(proposals);
          const isAborted = proposals.some((proposal) => script.abortsOn?.(proposal) === true);
          if (isAborted) socket.end(A_ABORT_BY_USER);
          else socket.write(encodeAccept(pdu, proposals, script));
        } else if (pdu[0] === A_RELEASE_RQ) {
          if (script.onRelease === 'close') socket.end();
          else if (script.onRelease !== 'nothing') socket.end(A_RELEASE_RP);
        } else if (pdu[0] === A_ABORT) {
          aborts += 1;
          socket.end();
        }
        return undefined;
      },
      fragment: (contextId, isCommand, isLast, chunk, endOfFragment) => {
        pieces.push(Buffer.from(chunk));
        fragmentBytes += chunk.length;
        script.seen?.(chunk.length, socket);
        if (!endOfFragment) return undefined;
        // One fragment a PDU is what DTS sends: 6 bytes of PDV header belong to the PDU's length.
        longestPDU = Math.max(longestPDU, fragmentBytes + 6);
        fragmentBytes = 0;
        if (!isLast) return undefined;
        const bytes = Buffer.concat(pieces);
        pieces = [];
        if (!isCommand) {
          endMessage(contextId, bytes);
          return undefined;
        }
        const parsed = parseCommandSet(bytes);
        if ('fault' in parsed) throw new Error(parsed.fault);
        command = parsed;
        if (command.CommandDataSetType === NO_DATASET) endMessage(contextId, Buffer.alloc(0));
        return undefined;
      },
      fault: (fault) => socket.destroy(new Error(JSON.stringify(fault))),
    });
    socket.on('data', (chunk: Buffer) => void reader.read(chunk));
  });

  return { port, messages, associations, longestPDU: () => longestPDU, aborts: () => aborts, idle };
}

/** A TCP server on 127.0.0.1 that is closed with all its connections after the test. */
export async function startTcpServer(
  t: Pick<TestContext, 'after'>,
  connected: (socket: Socket) => void,
): Promise<{ readonly port: number; idle(): Promise<void> }> {
  const open = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    open.add(socket);
    // A connection that is reset shows in `close`, too.
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      open.delete(socket);
      server.emit('dts-closed');
    });
    connected(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.close();
    open.forEach((socket) => socket.destroy());
  });
  return {
    port: (server.address() as AddressInfo).port,
    idle: async () => {
      while (open.size > 0) await once(server, 'dts-closed');
    },
  };
}

function encodeResponse({ contextId, command }: ReceivedMessage, changes: CommandSet): Buffer {
  const bytes = encodeCommandSet({
    AffectedSOPClassUID: command.AffectedSOPClassUID ?? command.RequestedSOPClassUID,
    CommandField: (command.CommandField ?? COMMAND_FIELD['C-STORE-RQ']) | RESPONSE,
    MessageIDBeingRespondedTo: command.MessageID,
    CommandDataSetType: NO_DATASET,
    Status: 0,
    AffectedSOPInstanceUID: command.AffectedSOPInstanceUID ?? command.RequestedSOPInstanceUID,
    ...changes,
  });
  const header = Buffer.from([0x04, 0, 0, 0, 0, 0, 0, 0, 0, 0, contextId, 0b11]);
  header.writeUInt32BE(bytes.length + 6, 2);
  header.writeUInt32BE(bytes.length + 2, 6);
  return Buffer.concat([header, bytes]);
}

function item(type: number, value: Buffer): Buffer {
  const header = Buffer.from([type, 0, 0, 0]);
  header.writeUInt16BE(value.length, 2);
  return Buffer.concat([header, value]);
}

function encodeAccept(request: Buffer, proposals: readonly Proposal[], script: Script): Buffer {
  const contexts = proposals.map((proposal) => {
    const accepted = { result: 0, TransferSyntaxUID: proposal.TransferSyntaxUIDs[0] ?? '' };
    return { id: proposal.id, ...(script.answerContext?.(proposal) ?? accepted) };
  });
  const invented = (script.inventedContextIds ?? []).map((id) =>
    ({ id, result: 0, TransferSyntaxUID: '1.2.840.10008.1.2' }));
  const maximumLength = Buffer.alloc(4);
  maximumLength.writeUInt32BE(script.maximumPDULength ?? 16384);
  const items = Buffer.concat([
    item(0x10, Buffer.from('1.2.840.10008.3.1.1.1')),
    ...[...contexts, ...invented].map(({ id, result, TransferSyntaxUID }) =>
      item(0x21, Buffer.concat([Buffer.from([id, 0, result, 0]), item(0x40, Buffer.from(TransferSyntaxUID))]))),
    item(0x50, Buffer.concat([item(0x51, maximumLength), item(0x52, Buffer.from('1.2.3.4'))])),
  ]);
  const header = Buffer.from([0x02, 0, 0, 0, 0, 0]);
  header.writeUInt32BE(68 + items.length, 2);
  return Buffer.concat([header, request.subarray(6, 74), items]);
}

function parseProposals(request: Buffer): Proposal[] {
  return parseItems(request.subarray(74)).filter(({ type }) => type === 0x20).map(({ value }) => {
    const syntaxes = parseItems(value.subarray(4));
    return {
      id: value.readUInt8(0),
      SOPClassUID: syntaxes.find(({ type }) => type === 0x30)?.value.toString('latin1') ?? '',
      TransferSyntaxUIDs: syntaxes.filter(({ type }) => type === 0x40).map(({ value: uid }) => uid.toString('latin1')),
    };
  });
}

function parseItems(bytes: Buffer): { type: number; value: Buffer }[] {
  const items = [];
  for (let offset = 0; offset < bytes.length; ) {
    const end = offset + 4 + bytes.readUInt16BE(offset + 2);
    items.push({ type: bytes.readUInt8(offset), value: bytes.subarray(offset + 4, end) });
    offset = end;
  }
  return items;
}
