// The wording of every event for people: `<object>: <what happened or did not>: <cause>; <what happens next>`.

import { failureText } from '../job/failure-text.ts';
import type { Prediction } from '../job/job.ts';
import { missingText } from '../job/missing.ts';
import { oneLine } from '../job/one-line.ts';
import { formatStatus } from '../dicom/status.ts';
import type { AboutAttempt, AboutPeer, AboutPerson, StationEvent } from './event.ts';

/** One line without time, level and command; control characters are shown as escapes. */
export function eventText(event: StationEvent): string {
  return oneLine(wordingOf(event));
}

function wordingOf(event: StationEvent): string {
  switch (event.event) {
    case 'receiver-started':
      return `receiver: listens on ${event.address} port ${event.port}`
        + `${event.tlsPort === undefined ? '' : `, with TLS on port ${event.tlsPort}`} as ${event.AETitle}`;
    case 'receiver-stopped':
      return `receiver: stopped by ${event.signal}; ${event.abortedAssociations} associations were aborted`;
    case 'certificate-loaded':
      return `certificate ${event.file}: loaded for new connections: ${event.subject}, valid until ${event.validTo}`;
    case 'certificate-unusable':
      return `certificate ${event.file}: not loaded: ${event.text}; ${event.inUse === 'none'
        ? 'until then nobody can connect with TLS' : 'until then the one before it stays in use'}`;
    case 'association-rejected': return `${callText(event)}: ${rejectedText(event.untold)}: ${event.text}`;
    case 'association-ended':
      return `association from ${peerText(event)}: ${event.how}: ${event.instances} instances, ${event.bytes} bytes, `
        + `${event.refused} refused, in ${event.seconds} s${knownText(event.known)}`
        + (event.text === undefined ? '' : `: ${event.text}`);
    case 'instance-refused':
      return `instance ${event.SOPInstanceUID}: not stored: ${event.text}; `
        + `${peerText(event)} was answered ${formatStatus(event.status)}`;
    case 'instance-differs':
      return `instance ${event.SOPInstanceUID}: came again with another dataset; `
        + `both are kept, the new one as ${event.file}`;
    case 'arrival-matched': return `study ${event.StudyInstanceUID}: wanted by ${event.streams.join(', ')}`;
    case 'arrival-unmatched':
      return `study ${event.StudyInstanceUID}: no job made: no stream wants what ${event.callingAETitle} sends to `
        + `${event.calledAETitle}; dts explain ${event.StudyInstanceUID} shows why`;
    case 'arrival-rejected': return `arrival: set aside: ${event.text}; a person has to look at ${event.file}`;
    case 'arrival-postponed':
      return `study ${event.StudyInstanceUID}: not seen to: ${failureText(event.failure)}; `
        + 'it stays claimed and is tried again';
    case 'arrival-waits':
      return `study ${event.StudyInstanceUID}: stream ${event.stream} waits until ${event.until}: `
        + `${missingText(event.missing)}; dts jobs release --complete ${event.StudyInstanceUID} does not wait`;
    case 'arrival-incomplete':
      return `study ${event.StudyInstanceUID}: not complete for stream ${event.stream}: ${missingText(event.missing)}; `
        + INCOMPLETE_THEN[event.then];
    case 'arrival-released':
      return `study ${event.StudyInstanceUID}: ${event.by} does not wait for more of it; the next scan-arrived sees to it`;
    case 'action-done': return `study ${event.StudyInstanceUID}: ${event.type} action of stream ${event.stream} done`;
    case 'action-failed':
      return `study ${event.StudyInstanceUID}: ${event.type} action of stream ${event.stream} not done: ${event.text}; `
        + 'a person has to look';
    case 'nothing-selected':
      return `study ${event.StudyInstanceUID}: no job made: the select statement of stream ${event.stream} fits `
        + `none of its series; dts explain ${event.StudyInstanceUID} shows why`;
    case 'job-made': return `job ${event.JobId}: made`;
    case 'job-held':
      return `job ${event.JobId}: held: ${event.reason}; a person has to look, then dts jobs release ${event.JobId}`;
    case 'job-moved': return `job ${event.JobId}: ${event.from} to ${event.to}${personText(event)}`;
    case 'job-postponed':
      return `job ${event.JobId}: not advanced: ${failureText(event.failure)}; `
        + `it is tried again after ${event.notBefore}`;
    case 'job-stuck':
      return `job ${event.JobId}: neither advanced nor failed: ${failureText(event.failure)}; `
        + 'it is as it was, a person has to look';
    case 'job-failed':
      return `job ${event.JobId}: failed: ${event.failures.map(failureText).join('; ')}; `
        + `dts jobs show ${event.JobId} tells more`;
    case 'attempt-started': return `job ${event.JobId}: ${attemptText(event)} started as ${event.handle}`;
    case 'attempt-not-released':
      return `job ${event.JobId}: attempt ${event.attempt}: ${failureText(event.failure)}; `
        + 'a person may have to delete it there';
    case 'attempt-ended':
      return `job ${event.JobId}: ${attemptText(event)} ended with ${event.outcome} after ${event.seconds} s`;
    case 'prediction': return `job ${event.JobId}: ${predictionText(event)}`;
    case 'core-asked-to-notify': return `job ${event.JobId}: its core says: ${event.text}`;
    case 'result-discarded': return `job ${event.JobId}: nothing delivered: its core asked to discard the result`;
    case 'image-changed':
      return `job ${event.JobId}: runs another image ${event.docker_image} than jobs before: ${event.to} now, `
        + `${event.from} since ${event.since}`;
    case 'nothing-to-deliver':
      return `job ${event.JobId}: nothing delivered: no destination's filter fits the result`;
    case 'delivery-made':
      return `delivery ${event.DeliveryId}: made, ${event.instances} instances for ${event.destination}`;
    case 'delivery-prepared':
      return `delivery ${event.DeliveryId}: prepared for ${event.destination} in ${event.seconds} s: ${event.changed} `
        + `instances changed, ${event.unchanged} as they are, ${event.unfit} that cannot leave`;
    case 'delivery-postponed':
      return `delivery ${event.DeliveryId}: ${event.missing} of ${event.missing + event.delivered} instances not `
        + `delivered to ${event.destination}: ${failureText(event.failure)}; `
        + `it is tried again after ${event.notBefore}`;
    case 'delivery-done':
      return `delivery ${event.DeliveryId}: ${event.instances} instances stored at ${event.at ?? event.destination} `
        + `in ${event.seconds} s${event.committed === true ? ', and committed' : ''}`;
    case 'delivery-rerouted':
      return `delivery ${event.DeliveryId}: not delivered to ${event.from}: ${failureText(event.failure)}; `
        + `all of it goes to ${event.to} instead`;
    case 'delivery-interrupted':
      return `delivery ${event.DeliveryId}: ${event.missing} of ${event.missing + event.delivered} instances not `
        + `delivered to ${event.at}: its window has closed; it goes on when there is one open`;
    case 'delivery-confirming':
      return `delivery ${event.DeliveryId}: ${event.instances} instances stored at ${event.at} `
        + `in ${event.seconds} s; it is asked to commit itself to keep them`;
    case 'commitment-asked':
      return `delivery ${event.DeliveryId}: ${event.destination} is to report on the storage commitment of `
        + `${event.instances} instances, transaction ${event.TransactionUID}`;
    case 'commitment-postponed':
      return `delivery ${event.DeliveryId}: ${event.destination} not asked for storage commitment: `
        + `${failureText(event.failure)}; it is asked again after ${event.notBefore}`;
    case 'delivery-not-committed':
      return `delivery ${event.DeliveryId}: not committed by ${event.destination}: `
        + `${event.failures.map(failureText).join('; ')}; sent again`;
    case 'delivery-stuck':
      return `delivery ${event.DeliveryId}: neither sent nor failed: ${failureText(event.failure)}; `
        + 'it is as it was, a person has to look';
    case 'delivery-failed':
      return `delivery ${event.DeliveryId}: failed at ${event.destination}: `
        + `${event.failures.map(failureText).join('; ')}; `
        + `a person has to look, then dts deliveries retry ${event.DeliveryId}`;
    case 'delivery-held':
      return `delivery ${event.DeliveryId}: ${event.isStored === true ? 'stored at' : 'not sent to'} ${event.destination}`
        + `${event.isStored === true ? ' and not committed' : ''}: ${failureText(event.failure)}; held until `
        + 'somebody looks: dts deliveries release lets it go on';
    case 'delivery-moved':
      return `delivery ${event.DeliveryId}: ${event.from} to ${event.to}${personText(event)}`;
    case 'commitment-reported':
      return `delivery ${event.DeliveryId}: ${peerText(event)} reports ${event.committed} instances committed and `
        + `${event.failed} not, transaction ${event.TransactionUID}`;
    case 'commitment-report-refused':
      return `report of storage commitment: not taken: ${event.text}; `
        + `${peerText(event)} was answered ${formatStatus(event.status)}`;
    case 'destination-in-trouble':
      return `destination ${event.destination}: does not work: ${failureText(event.failure)}; it is asked again from `
        + 'time to time, dts status shows when';
    case 'copied-instead':
      return `destination ${event.destination}: ${event.instances} instances were copied, since no ${event.copies} could `
        + 'be made of them; dts check says why';
    case 'destination-back':
      return `destination ${event.destination}: works again, in trouble since ${event.since}`;
    case 'destination-held':
      return `destination ${event.destination}: held${personText(event)}; nothing is sent there until it is released`;
    case 'destination-released': return `destination ${event.destination}: released${personText(event)}`;
    case 'receiving-switched-off':
      return `receiver: takes nothing in: ${event.file} holds 0; senders are asked to try later until it is removed`;
    case 'receiving-switched-on': return `receiver: takes in again: ${event.file} holds 0 no longer`;
    case 'disk-short':
      return `disk of ${event.path}: ${gigabytes(event.freeBytes)} free, ${gigabytes(event.neededBytes)} are needed; `
        + 'nothing is received or staged until there is room; dts status shows how much there is';
    case 'disk-unusable':
      return `disk of ${event.path}: cannot be written: ${event.code}; nothing is received until it can; `
        + 'a person has to look';
    case 'disk-usable': return `disk of ${event.path}: can be written and has room again; receiving goes on`;
    default: return ofAnotherVersion(event);
  }
}

const INCOMPLETE_THEN = {
  proceed: 'it goes on as it is', hold: 'its job waits for a person', fail: 'its job is made as one that has failed',
} as const;

/** The log may hold what a version before or after this one wrote. */
function ofAnotherVersion(event: never): string {
  return `event of another version: ${JSON.stringify(event)}`;
}

function personText({ by, reason }: AboutPerson): string {
  return `${by === undefined ? '' : `, by ${by}`}${reason === undefined ? '' : `: ${reason}`}`;
}

function predictionText({ field_name, value, unit, repeat }: Prediction): string {
  const which = repeat === undefined ? '' : ` [${repeat}]`;
  return `${field_name}${which} = ${value}${unit === undefined ? '' : ` ${unit}`}`;
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}

function knownText(known: number | undefined): string {
  if (known === undefined) return '';
  return `; ${known} had made jobs before and make none again (dts jobs retry runs a job once more)`;
}

/** What came without titles has not asked for an association. */
function callText(event: AboutPeer): string {
  const isAsked = event.callingAETitle !== '' || event.calledAETitle !== '';
  return isAsked ? `association from ${peerText(event)}` : `connection from ${event.address}`;
}

function rejectedText(untold: number | undefined): string {
  return untold === undefined ? 'rejected' : `rejected ${untold} times more`;
}

function peerText(event: AboutPeer): string {
  return `${event.callingAETitle} (${event.address}) to ${event.calledAETitle}`;
}

function attemptText({ attempt, core }: AboutAttempt): string {
  return core === undefined ? `attempt ${attempt}` : `attempt ${attempt}, of core ${core} of the chain,`;
}
