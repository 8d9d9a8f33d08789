// System calls as what they mean to a disk and to a sender. Calls that failed did nothing.

import { parseCommandSet, type CommandSet } from '../../src/network/command-set.ts';
import { PduReader } from '../../src/network/pdu-reader.ts';
import { targetOf, textsOf, type Call } from './call-trace.ts';

interface When {
  /** Places in the trace, see Call. */
  readonly began: number;
  readonly ended: number;
}

export type Deed = When & (
  | { readonly what: 'write' | 'sync' | 'create' | 'make-directory' | 'remove' | 'touch'; readonly path: string }
  | { readonly what: 'link' | 'rename'; readonly from: string; readonly to: string }
  /** A response of which the last byte goes to the peer at that TCP port. */
  | { readonly what: 'answer'; readonly port: number; readonly command: CommandSet });

/** Throws for a call of which nobody has said what it means: the proof would be blind to it. */
export function* deedsOf(calls: readonly Call[]): Generator<Deed> {
  const peers = new Map<number, AnswerReader>();
  for (const call of calls) {
    if (call.result < 0) continue;
    const { name, args, began, ended } = call;
    const texts = textsOf(call);
    const [path = '', to = ''] = texts.map(String);
    switch (name) {
      case 'write': case 'writev': case 'pwrite64': case 'pwritev': case 'pwritev2': case 'ftruncate': case 'fallocate':
      case 'sendto': case 'sendmsg': {
        const target = targetOf(call) ?? '';
        const port = Number(/^TCP.*->.*:(\d+)\]$/.exec(target)?.[1]);
        if (target.startsWith('/')) yield { what: 'write', path: target, began, ended };
        if (Number.isNaN(port)) break;
        const peer = peers.get(port) ?? new AnswerReader();
        peers.set(port, peer);
        for (const command of peer.read(Buffer.concat(texts))) yield { what: 'answer', port, command, began, ended };
        break;
      }
      case 'fsync': case 'fdatasync':
        yield { what: 'sync', path: targetOf(call) ?? '', began, ended };
        break;
      case 'openat': case 'open': case 'creat':
        if (name === 'creat' || args.includes('O_CREAT')) yield { what: 'create', path, began, ended };
        break;
      case 'mkdir': case 'mkdirat':
        yield { what: 'make-directory', path, began, ended };
        break;
      case 'unlink': case 'unlinkat':
        yield { what: 'remove', path, began, ended };
        break;
      case 'utimensat': case 'utime': case 'utimes': case 'futimesat':
        yield { what: 'touch', path, began, ended };
        break;
      case 'link': case 'linkat':
        yield { what: 'link', from: path, to, began, ended };
        break;
      case 'rename': case 'renameat': case 'renameat2':
        yield { what: 'rename', from: path, to, began, ended };
        break;
      default:
        throw new Error(`${name} is a call that the proof does not know`);
    }
  }
}

/** Puts the command sets together that are sent to one peer. */
class AnswerReader {
  readonly #commands: CommandSet[] = [];
  readonly #reader: PduReader;

  constructor() {
    const command: Buffer[] = [];
    this.#reader = new PduReader(0, {
      otherPdu: () => undefined,
      fragment: (_id, _isCommand, isLast, chunk, endOfFragment) => {
        command.push(chunk);
        if (!isLast || !endOfFragment) return undefined;
        const parsed = parseCommandSet(Buffer.concat(command.splice(0)));
        if ('fault' in parsed) throw new Error(`an answer that cannot be read: ${parsed.fault}`);
        this.#commands.push(parsed);
        return undefined;
      },
      fault: (fault) => {
        throw new Error(`bytes that are no PDU: ${JSON.stringify(fault)}`);
      },
    });
  }

  /** @returns the commands that these bytes complete */
  read(bytes: Buffer): CommandSet[] {
    void this.#reader.read(bytes); // nothing above waits
    return this.#commands.splice(0);
  }
}
