// What the statuses of a destination mean, where the site knows better than the standard.

import * as v from 'valibot';
import { isStatusPattern, STATUS_POLICY_WORDS } from '../../../dicom/status-policy.ts';
import { mapOf } from '../strict-object.ts';
import { key, textThat } from '../values.ts';

const pattern = textThat(isStatusPattern, 'a status of four hex digits such as 0110 or A7xx, not 0000');
const word = v.picklist(STATUS_POLICY_WORDS, '"stored", "retry" or "fail"');

/** Made anew for each kind, so that the reference page lists it with it. */
export function statuses() {
  return v.optional(key(
    mapOf(pattern, word),
    'What statuses of its answers mean, by four hex digits (`x`: any): "stored", "retry" or "fail". Those that are not '
      + 'named: as the standard has it, with 0111 (it has the instance already) and warnings as stored.',
    { '0110': 'fail', 'C0xx': 'retry', '0111': 'fail' },
  ), {});
}
