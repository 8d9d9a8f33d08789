// The network side of the receiver alone, with hooks that keep everything in memory and answer as a test wants.

import type { TestContext } from 'node:test';
import { SUCCESS } from '../../src/dicom/status.ts';
import type { Rejection } from '../../src/network/rejection.ts';
import type {
  AssociationSummary, InstanceSink, StorePeer, StoreRequest, StoreScpHooks,
} from '../../src/network/store-hooks.ts';
import { startStoreScp, type StoreScp, type StoreScpOptions } from '../../src/network/store-scp.ts';
import { CT_IMAGE_STORAGE, VERIFICATION } from './raw-scu.ts';

export interface MemoryScpOptions {
  readonly limits?: Partial<StoreScpOptions['limits']>;
  readonly hooks?: Partial<StoreScpHooks>;
}

export interface StoredInstance {
  readonly request: StoreRequest;
  readonly bytes: Buffer;
}

export interface MemoryScp extends StoreScp {
  readonly stored: readonly StoredInstance[];
  /** Requests whose dataset never came to its end. */
  readonly abandoned: readonly StoreRequest[];
  readonly rejected: readonly { readonly peer: StorePeer; readonly text: string }[];
  /** When the first instance has begun to come in. */
  readonly begun: Promise<void>;
  /** The end of the next association that ends. */
  ended(): Promise<AssociationSummary>;
}

export async function startMemoryScp(
  t: Pick<TestContext, 'after'>, options: MemoryScpOptions = {},
): Promise<MemoryScp> {
  const stored: StoredInstance[] = [];
  const abandoned: StoreRequest[] = [];
  const rejected: { peer: StorePeer; text: string }[] = [];
  const summaries: AssociationSummary[] = [];
  let wake: (() => void) | undefined;
  let begin: () => void = () => undefined;
  const begun = new Promise<void>((resolve) => {
    begin = resolve;
  });

  function openInstance(request: StoreRequest): InstanceSink {
    begin();
    const chunks: Buffer[] = [];
    return {
      write: (chunk) => void chunks.push(chunk) as undefined,
      async end() {
        stored.push({ request, bytes: Buffer.concat(chunks) });
        return { status: SUCCESS };
      },
      abort: async () => void abandoned.push(request),
    };
  }

  const scp = await startStoreScp(
    {
      address: '127.0.0.1',
      port: 0,
      limits: { associations: 4, pduLength: 65536, artimSeconds: 10, idleSeconds: 30, ...options.limits },
    },
    {
      acceptsSOPClass: (UID) => UID === CT_IMAGE_STORAGE || UID === VERIFICATION,
      acceptAssociation: async (): Promise<Rejection | undefined> => undefined,
      openInstance,
      commitmentReported: async () => ({ status: SUCCESS }),
      associationRejected: (peer, text) => void rejected.push({ peer, text }),
      storingEnded: () => undefined,
      associationEnded(_peer, summary) {
        summaries.push(summary);
        wake?.();
      },
      ...options.hooks,
    },
  );
  if ('reason' in scp) throw new Error(`the receiver does not listen: ${scp.reason}`);
  t.after(() => scp.stop(0));
  return {
    ...scp,
    stored,
    abandoned,
    rejected,
    begun,
    async ended() {
      for (;;) {
        const summary = summaries.shift();
        if (summary !== undefined) return summary;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
  };
}
