// The wording of every failure, in one place. Each text is the cause part of a message: what was found, with the bad
// value; what did not happen is said by whoever reports it. No patient data beyond UIDs.

import { contextRefusedText, nameSyntax } from './context-refused-text.ts';
import type { ExpectedInstances, Failure } from './failure.ts';
import { formatCommitmentFailure } from '../dicom/commitment.ts';
import { formatStatus } from '../dicom/status.ts';
import { missingText } from './missing.ts';
import { oneLine } from './one-line.ts';

/** One line, no full stop. What a core or a peer said stands in it with its control characters as escapes. */
export function failureText(failure: Failure): string {
  const where = failure.core === undefined ? '' : `core ${failure.core} of the chain: `;
  return oneLine(where + wordingOf(failure));
}

function wordingOf(failure: Failure): string {
  switch (failure.reason) {
    case 'study-incomplete': return `the study is incomplete: ${missingText(failure.missing)}`;
    case 'arrived-late': return `it came after job ${failure.earlier} had been made of the same study`;
    case 'supersede-hindered':
      return `job ${failure.JobId}, which it supersedes, cannot be cancelled: ${failure.text}`;

    case 'stream-unknown': return `stream ${failure.stream} is not in the configuration any more`;
    case 'core-unknown': return `stream ${failure.stream} has no core in select_statements.json any more`;
    case 'series-missing': return `series ${failure.SeriesInstanceUID} is not in the archive any more`;
    case 'selection-ambiguous':
      return `series ${failure.SeriesInstanceUID} fits several WHERE clauses (${failure.names.join(', ')})`;
    case 'space-short': return `too little space left on ${failure.path}`;
    case 'input-output': return `the disk or file system does not work now (${failure.code} at ${failure.path})`;
    case 'file-fault': return `${failure.path} is not as it should be (${failure.code})`;
    case 'file-damaged': return `${failure.path} is damaged: ${failure.text}`;
    case 'internal-error': return `internal error: ${failure.text}`;

    case 'command-missing': return `stream ${failure.stream} has neither a command nor an image to run`;
    case 'program-missing': return `program ${failure.program} cannot be found or may not be executed`;
    case 'runtime-missing': return `container runtime ${failure.runtime} cannot be found`;
    case 'image-missing':
      return `image ${failure.image} is not on this host; load it with ${failure.runtime} load or pull`;
    case 'core-too-large':
      return `the core needs ${failure.wanted} of ${failure.resource}, and limits.${failure.resource} is `
        + `${failure.limit}; it could never start`;
    case 'core-not-started': return `the core could not be started: ${failure.text}`;
    case 'executor-unavailable': return `what runs the core does not answer: ${failure.text}`;
    case 'program-time': return `${failure.program} ran longer than ${failure.timeoutSeconds} s and was ended`;
    case 'core-interrupted': return 'the core was interrupted from outside (reboot, kill) without saying how it ended';
    case 'host-silent':
      return `host ${failure.host}, on which the core ran, has not been heard of for ${failure.seconds} s`;
    case 'core-postponed': return 'the core asked to be run later (exit status 75)';
    case 'core-exit': return `the core ended with exit status ${failure.exitCode}${lastWords(failure.lastLines)}`;
    case 'core-signal': return `the core was ended by signal ${failure.signal}${lastWords(failure.lastLines)}`;
    case 'core-time': return `the core ran longer than timeoutSeconds (${failure.timeoutSeconds}) and was ended`;
    case 'core-output-bytes':
      return `the core had written ${failure.bytes} bytes, more than outputs.maxBytes (${failure.maxBytes}), `
        + 'and was ended';
    case 'slurm-refused': return `Slurm refuses the job: ${failure.text}`;
    case 'slurm-ended':
      return `Slurm ended job ${failure.slurmJobId} (${failure.slurmState}); sacct or scontrol show job tell more`;
    case 'slurm-cancelled': return `Slurm job ${failure.slurmJobId} was cancelled in Slurm, not by DTS`;
    case 'attempts-used': return `all ${failure.attempts} attempts are used; the last: ${failureText(failure.last)}`;
    case 'job-given-up': return `given up after ${failure.afterSeconds} s; the last try: ${failureText(failure.last)}`;

    case 'inference-server-away': return `the inference server ${failure.url} ${failure.text}`;
    case 'inference-server-refused': return `the inference server ${failure.url} did not take it: it ${failure.text}`;
    case 'inference-model-unknown': return `the inference server ${failure.url} has no model ${failure.model}`;
    case 'inference-task-failed':
      return `task ${failure.taskId} has failed on the inference server ${failure.url}, or was deleted there: it `
        + failure.text;
    case 'inference-output-missing':
      return `task ${failure.taskId} ended without output on the inference server ${failure.url}`;
    case 'inference-result-unusable': return unusableText(failure);
    case 'inference-task-left':
      return `task ${failure.taskId} could not be deleted on the inference server ${failure.url}, which ${failure.text}`;
    case 'submission-uncertain':
      return `nobody knows whether the inference server ${failure.url} has taken what was sent at ${failure.sentAt}: `
        + `${failure.text}`;

    case 'more-failures': return `there are ${failure.others} more reasons, which are not listed`;
    case 'output-nothing': return 'the core wrote neither a DICOM file nor output.json';
    case 'output-link': return `${failure.file} is not a regular file`;
    case 'output-empty': return `${failure.file} is empty`;
    case 'output-unreadable': return `${failure.file} claims to be DICOM but cannot be read: ${failure.text}`;
    case 'output-missing-attribute': return `${failure.file} has no ${failure.keyword}`;
    case 'output-other-study':
      return `${failure.file} belongs to another study (StudyInstanceUID ${failure.StudyInstanceUID})`;
    case 'output-other-patient':
      return `${failure.file} belongs to another patient (PatientID differs from the input's)`;
    case 'output-input-series':
      return `${failure.file} uses a SeriesInstanceUID of the input (${failure.SeriesInstanceUID})`;
    case 'output-input-instance':
      return `${failure.file} uses a SOPInstanceUID of the input (${failure.SOPInstanceUID})`;
    case 'output-same-instance':
      return `${[...failure.files, ...moreFiles(failure)].join(' and ')} have the same SOPInstanceUID (${failure.SOPInstanceUID})`;
    case 'output-sop-class': return `${failure.file} has SOPClassUID ${failure.SOPClassUID}, which is not allowed`;
    case 'output-bytes':
      return `the output has ${failure.bytes} bytes, more than outputs.maxBytes (${failure.maxBytes})`;
    case 'output-instances':
      return `the output has ${failure.instances} instances, more than outputs.maxInstances (${failure.maxInstances})`;
    case 'output-json': return `output.json cannot be used: ${failure.text}`;
    case 'output-json-missing': return 'there is no output.json, and outputs.schema says what must be in it';
    case 'output-schema':
      return `output.json does not fit outputs.schema: ${failure.at || 'all of it'} ${failure.text}`;
    case 'schema-unusable':
      return `outputs.schema${failure.file === undefined ? '' : ` (${failure.file})`} cannot be used: ${failure.text}`;
    case 'output-too-few':
      return `the output has ${failure.instances} instances, fewer than outputs.minInstances (${failure.minInstances})`;
    case 'output-expected':
      return `the output has ${failure.instances} instances ${kindText(failure)}, `
        + `and outputs.expect says ${countText(failure)}`;
    case 'output-reference':
      return `${failure.file} refers to ${failure.SOPInstanceUID} (in ${failure.sequence}), which is neither in the `
        + 'input nor in the output nor, of the same patient, in the archive'
        + (failure.others === 0 ? '' : `; ${failure.others} more of its references are so`);
    case 'steering-invalid': return `what output.json asks for by "dts" cannot be understood: ${failure.text}`;
    case 'steering-not-allowed':
      return `output.json asks for ${failure.word} by "dts", which \`steering\` of stream ${failure.stream} `
        + 'does not allow';
    case 'steering-destination':
      return `output.json asks for destination ${failure.destination}, which stream ${failure.stream} does not have `
        + `(it has: ${failure.known.join(', ') || 'none'})`;
    case 'steering-not-last':
      return 'output.json asks the station for something by "dts", which only the last core of a chain may';

    case 'result-missing': return `${failure.path} is gone`;

    case 'morph-impossible':
      return `${failure.SOPInstanceUID} cannot be changed for ${failure.destination}: step ${failure.step} of its morph: `
        + `${failure.element} ${failure.text}`;
    case 'prepared-same-instance':
      return `${failure.SOPInstanceUID} would leave as ${failure.leavesAs}, as ${failure.others} more would`;
    case 'profile-unusable': return `profile ${failure.profile} of de-identification cannot be used: ${failure.text}`;
    case 'burnt-in-held': return burntInText(failure);
    case 'burnt-in-refused':
      return `instance ${failure.SOPInstanceUID} may show in its pixels whom it is of (${failure.kind}), and the profile `
        + 'refuses such';
    case 'burnt-in-left-out':
      return `instance ${failure.SOPInstanceUID} may show in its pixels whom it is of (${failure.kind}) and was left out`;
    case 'patient-unlisted':
      return `the table of patients of profile ${failure.profile} does not list the patient of instance `
        + `${failure.SOPInstanceUID}; add it, then release`;
    case 'pseudonym-unknown':
      return `nothing is known of study ${failure.StudyInstanceUID} and its patient under profile ${failure.profile}: `
        + 'no such study left here under it';
    case 'not-reidentified':
      return `instance ${failure.SOPInstanceUID} cannot be given its patient's name: ${failure.text}`;
    case 'delivery-missing': return `delivery ${failure.DeliveryId} is gone`;
    case 'destination-unknown': return `destination ${failure.destination} is not in the configuration any more`;
    case 'sender-unknown':
      return `nothing says where ${failure.AETitle}, which sent the study, takes results: \`senders\` of config.json has `
        + `no entry for it; add {"${failure.AETitle}": {"AETitle": …, "IP": …, "PORT": …}}, or the name of a destination`;
    case 'peer-unreachable': return `${failure.address} cannot be reached: ${failure.text}`;
    case 'tls-unusable': return `no TLS connection can be opened: ${failure.text}`;
    case 'tls-refused': return `${failure.address} ${failure.text}`;
    case 'secret-missing': return `what is to be shown to the destination is not there: ${failure.text}`;
    case 'web-server-away': return `${failure.url} ${failure.text}`;
    case 'web-server-busy': {
      const wish = failure.afterSeconds === undefined ? '' : `, and asks to be left alone for ${failure.afterSeconds} s`;
      return `${failure.url} ${failure.text}${wish}`;
    }
    case 'web-not-allowed':
      return `${failure.url} does not let us in: it ${failure.text}; look at auth and tls, and what it allows them`;
    case 'web-instance-untold':
      return `${failure.url} does not say what became of ${failure.SOPInstanceUID}, so it counts as not stored`;
    case 'web-instance-refused': return `the destination does not take ${failure.SOPInstanceUID}: it ${failure.text}`;
    case 'peer-rejected':
      return `the destination rejected the association ${failure.permanent ? 'for good' : 'for now'}: ${failure.text}`;
    case 'peer-aborted': return `the destination ended the association: ${failure.text}`;
    case 'peer-silent': return `the destination did not answer within ${failure.seconds} s`;
    case 'context-refused': return contextRefusedText(failure);
    case 'transfer-syntax-unwanted':
      return `it is in ${nameSyntax(failure.TransferSyntaxUID)} and can be converted to none of the destination's `
        + `transferSyntaxes (${failure.wanted.map(nameSyntax).join(', ')}); add one that it is to be sent in`;
    case 'instance-inconvertible':
      return `${failure.file} cannot be converted from ${nameSyntax(failure.TransferSyntaxUID)} to `
        + `${nameSyntax(failure.to)}: it ${failure.text}; let the destination take it as it is`;
    case 'instance-refused': return `${failure.SOPInstanceUID} was answered ${formatStatus(failure.status)}`;
    case 'instance-postponed': return `${failure.SOPInstanceUID} was answered ${formatStatus(failure.status)}`;
    case 'instance-unreadable': return `${failure.file} cannot be read: ${failure.text}`;
    case 'commitment-unsupported':
      return `${failure.AETitle} at ${failure.address} does not accept Storage Commitment; let it, or take \`storageCommitment\` `
        + 'off the destination, or say by its AETitle, IP and PORT who commits';
    case 'commitment-refused': return `the request for storage commitment was answered ${formatStatus(failure.status)}`;
    case 'instance-not-committed':
      return `${failure.SOPInstanceUID} is not committed: ${notCommittedText(failure)}, `
        + `transaction ${failure.TransactionUID}`;
    case 'commitment-not-reported':
      return `nothing was reported of the storage commitment of ${failure.instances} instances within `
        + `${failure.withinSeconds} s, asked ${failure.tries === 1 ? 'once' : `${failure.tries} times`}`;
    case 'folder-missing':
      return `there is no folder ${failure.path}; mount its disk, or make it for the station's user`;
    case 'folder-unmarked':
      return `${failure.path} holds no ${failure.name} (mustContain); mount its disk, or make that file`;
    case 'folder-forbidden': return forbiddenText(failure);
    case 'folder-group': return `files cannot be given to group ${failure.group}: ${failure.text}`;
    case 'folder-note-hindered':
      return `something else stands where ${failure.name} should be written below ${failure.path}; move it away`;
    case 'place-taken':
      return `${failure.SOPInstanceUID} has no place at ${failure.at}: another file has its name, and onCollision is "fail"`;
    case 'place-blocked':
      return `${failure.SOPInstanceUID} has no place: ${failure.by} stands at ${failure.at}, where a folder or file of `
        + 'the station should be';
    case 'place-too-long':
      return `${failure.SOPInstanceUID} has no place: its path below ${failure.at} is longer than a path may be`;
    case 'delivery-given-up':
      return `given up after ${failure.afterSeconds} s; the last try: ${failureText(failure.last)}`;
    case 'delivery-failed': return `delivery ${failure.DeliveryId} failed: ${failureText(failure.first)}`;
  }
}

function unusableText({ entry, text }: Extract<Failure, { reason: 'inference-result-unusable' }>): string {
  const which = entry === undefined ? '' : `, in its entry ${JSON.stringify(entry)}`;
  return `the inference server's result cannot be used${which}: ${text}`;
}

function notCommittedText({ FailureReason }: Extract<Failure, { reason: 'instance-not-committed' }>): string {
  return FailureReason === undefined ? 'the report does not mention it' : formatCommitmentFailure(FailureReason);
}

function forbiddenText({ path, code }: Extract<Failure, { reason: 'folder-forbidden' }>): string {
  return code === 'EROFS' ? `${path} is on a file system that is mounted read-only; mount it for writing`
    : `the station's user may not write in ${path} or in a folder in it (${code}); give it the right to`;
}

function lastWords(lines: readonly string[]): string {
  return lines.length === 0 ? '' : `; its last words: ${lines.join(' | ')}`;
}

function kindText({ SOPClassUID, Modality }: ExpectedInstances): string {
  const parts = [
    ...SOPClassUID === undefined ? [] : [`of SOPClassUID ${SOPClassUID}`],
    ...Modality === undefined ? [] : [`with Modality ${Modality}`],
  ];
  return parts.join(' ');
}

function countText({ min, max }: ExpectedInstances): string {
  if (max === undefined) return `at least ${min}`;
  return min === max ? `${min}` : `${min} to ${max}`;
}

function moreFiles({ others = 0 }: Extract<Failure, { reason: 'output-same-instance' }>): string[] {
  return others === 0 ? [] : [`${others} more files`];
}

function burntInText(
  { profile, kinds, instances, others = 0 }: Extract<Failure, { reason: 'burnt-in-held' }>,
): string {
  const more = others === 0 ? '' : ` and ${others} more`;
  return `instances that may show in their pixels whom they are of (${kinds.join(', ')}), at which profile ${profile} has a `
    + `person look first: ${instances.join(', ')}${more}; dts deliveries release lets them go`;
}
