// What is worth another try: decided here and nowhere else, for every failure.

import { storeStatus } from '../dicom/status.ts';
import type { Failure } from './failure.ts';

/** Whether the same step may succeed later without anybody doing anything. */
export function isTemporary(failure: Failure): boolean {
  switch (failure.reason) {
    case 'supersede-hindered':
    case 'space-short':
    case 'input-output':
    case 'runtime-missing':
    case 'core-not-started':
    case 'executor-unavailable':
    case 'slurm-ended':
    case 'program-time':
    case 'core-interrupted':
    case 'host-silent':
    case 'core-postponed':
    case 'inference-server-away':
    case 'inference-task-left':
    case 'peer-unreachable':
    case 'tls-unusable': // certificates are renewed and put in place without anybody telling us
    case 'tls-refused':
    case 'secret-missing': // so are secrets
    case 'web-server-away':
    case 'web-server-busy':
    case 'web-instance-untold':
    case 'peer-aborted':
    case 'peer-silent':
    case 'instance-postponed':
    case 'folder-missing':
    case 'folder-unmarked':
    case 'folder-forbidden':
    case 'folder-group':
    case 'folder-note-hindered':
      return true;
    case 'instance-not-committed':
    case 'commitment-not-reported':
      return true;
    case 'peer-rejected':
      return !failure.permanent;
    case 'commitment-refused':
      return storeStatus(failure.status).outcome === 'retry';
    case 'study-incomplete':
    case 'arrived-late':
    case 'stream-unknown':
    case 'core-unknown':
    case 'series-missing':
    case 'selection-ambiguous':
    case 'file-fault':
    case 'file-damaged':
    case 'internal-error':
    case 'command-missing':
    case 'core-too-large':
    case 'program-missing':
    case 'image-missing':
    case 'core-exit':
    case 'core-signal':
    case 'core-time':
    case 'slurm-refused':
    case 'slurm-cancelled':
    case 'core-output-bytes':
    case 'attempts-used':
    case 'job-given-up':
    case 'inference-server-refused':
    case 'inference-model-unknown':
    case 'inference-task-failed':
    case 'inference-output-missing':
    case 'inference-result-unusable':
    case 'submission-uncertain':
    case 'more-failures':
    case 'output-nothing':
    case 'output-link':
    case 'output-empty':
    case 'output-unreadable':
    case 'output-missing-attribute':
    case 'output-other-study':
    case 'output-other-patient':
    case 'output-input-series':
    case 'output-input-instance':
    case 'output-same-instance':
    case 'output-sop-class':
    case 'output-bytes':
    case 'output-instances':
    case 'output-json':
    case 'output-json-missing':
    case 'output-schema':
    case 'schema-unusable':
    case 'output-too-few':
    case 'output-expected':
    case 'output-reference':
    case 'steering-invalid':
    case 'steering-not-allowed':
    case 'steering-destination':
    case 'steering-not-last':
    case 'result-missing':
    case 'destination-unknown':
    case 'commitment-unsupported':
    case 'sender-unknown':
    case 'context-refused':
    case 'transfer-syntax-unwanted':
    case 'instance-inconvertible':
    case 'instance-refused':
    case 'web-not-allowed':
    case 'web-instance-refused':
    case 'instance-unreadable':
    case 'morph-impossible':
    case 'prepared-same-instance':
    case 'profile-unusable':
    case 'burnt-in-held':
    case 'burnt-in-refused':
    case 'burnt-in-left-out':
    case 'patient-unlisted':
    case 'pseudonym-unknown':
    case 'not-reidentified':
    case 'place-taken':
    case 'place-blocked':
    case 'place-too-long':
    case 'delivery-missing':
    case 'delivery-given-up':
    case 'delivery-failed':
      return false;
  }
}
