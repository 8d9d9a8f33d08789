// Whether an inference server can be reached at all, and trusts us as far as we can tell: for `dts check`.

import type { InferenceServer } from '../../config/core-specification.ts';
import { callServer, type ServerAway, WORD } from './call-server.ts';
import { readAnswer, type ShortAnswer } from './read-answer.ts';

/** Any answer in HTTP will do: no address of either interface is there to be looked at. */
export async function lookForServer(server: InferenceServer): Promise<ShortAnswer | ServerAway> {
  return callServer(server, { method: 'GET', url: new URL(server.url), timeouts: WORD }, readAnswer);
}
