// One of every event there is. The type makes sure that none is left out: a new event without an example does not
// compile.

import type { Level, StationEvent } from '../../src/log/event.ts';

const PEER = { callingAETitle: 'CT', calledAETitle: 'DTS', address: '10.0.0.1' };
const STUDY = { StudyInstanceUID: '1.2.3', AccessionNumber: 'A1' };
const JOB = { ...STUDY, JobId: '20261120T081530123Z-AI-1a2b3c4d', stream: 'AI' };
const DELIVERY = { ...JOB, DeliveryId: '20261120T081530123Z-AI-1a2b3c4d-PACS-5e6f7a8b', destination: 'PACS' };
const NOT_BEFORE = '2026-11-20T08:20:00.000Z';

export const EVENTS: { readonly [Name in StationEvent['event']]: {
  readonly level: Level;
  readonly example: Extract<StationEvent, { event: Name }>;
} } = {
  'receiver-started': {
    level: 'info', example: { event: 'receiver-started', address: '0.0.0.0', port: 11112, AETitle: 'DTS' },
  },
  'receiver-stopped': {
    level: 'info', example: { event: 'receiver-stopped', signal: 'SIGTERM', abortedAssociations: 2 },
  },
  'certificate-loaded': {
    level: 'info',
    example: { event: 'certificate-loaded', file: '/etc/dts/tls/cert.pem', subject: 'CN=dts', validTo: NOT_BEFORE },
  },
  'certificate-unusable': {
    level: 'error',
    example: { event: 'certificate-unusable', file: '/etc/dts/tls/cert.pem', text: 'it is damaged', inUse: 'none' },
  },
  'association-rejected': {
    level: 'warning', example: { event: 'association-rejected', ...PEER, text: 'calling AE title CT is not accepted' },
  },
  'association-ended': {
    level: 'info',
    example: { event: 'association-ended', ...PEER, how: 'released', instances: 7, bytes: 99, refused: 0, seconds: 3 },
  },
  'instance-refused': {
    level: 'error',
    example: { event: 'instance-refused', ...PEER, status: 0xa700, text: 'ENOSPC', SOPInstanceUID: '1.2.3.4.5' },
  },
  'instance-differs': {
    level: 'warning',
    example: { event: 'instance-differs', ...STUDY, SOPInstanceUID: '1.2.3.4.5', file: '/data/site/archive/x.1.dcm' },
  },
  'arrival-matched': {
    level: 'info', example: { event: 'arrival-matched', ...STUDY, ...PEER, streams: ['AI', 'Relay'] },
  },
  'arrival-unmatched': { level: 'info', example: { event: 'arrival-unmatched', ...STUDY, ...PEER } },
  'arrival-rejected': {
    level: 'error', example: { event: 'arrival-rejected', text: 'its name is odd', file: '/data/rejected/x' },
  },
  'arrival-postponed': {
    level: 'error',
    example: { event: 'arrival-postponed', ...STUDY, failure: { reason: 'input-output', path: '/data', code: 'EIO' } },
  },
  'arrival-waits': {
    level: 'info', example: { event: 'arrival-waits', ...STUDY, stream: 'AI', until: NOT_BEFORE,
      missing: [{ what: 'instances-of-study', found: 3, expected: 8 }] },
  },
  'arrival-incomplete': {
    level: 'warning', example: { event: 'arrival-incomplete', ...STUDY, stream: 'AI', then: 'hold',
      missing: [{ what: 'instances-of-series', SeriesInstanceUID: '1.2.3.4', found: 3, expected: 8 }] },
  },
  'arrival-released': { level: 'info', example: { event: 'arrival-released', ...STUDY, by: 'jane' } },
  'action-done': { level: 'info', example: { event: 'action-done', ...STUDY, stream: 'AI', type: 'exec' } },
  'action-failed': {
    level: 'error', example: { event: 'action-failed', ...STUDY, stream: 'AI', type: 'send', text: 'answered 500' },
  },
  'nothing-selected': { level: 'info', example: { event: 'nothing-selected', ...STUDY, stream: 'AI' } },
  'job-held': { level: 'error', example: { event: 'job-held', ...JOB, reason: 'the study is incomplete' } },
  'job-made': { level: 'info', example: { event: 'job-made', ...JOB } },
  'job-moved': { level: 'info', example: { event: 'job-moved', ...JOB, from: 'pending', to: 'staged' } },
  'job-postponed': {
    level: 'warning',
    example: { event: 'job-postponed', ...JOB, failure: { reason: 'core-postponed' }, notBefore: NOT_BEFORE },
  },
  'job-stuck': {
    level: 'error',
    example: { event: 'job-stuck', JobId: JOB.JobId, failure: { reason: 'input-output', path: '/data', code: 'EIO' } },
  },
  'job-failed': {
    level: 'error',
    example: { event: 'job-failed', ...JOB, failures: [{ reason: 'output-nothing' }, { reason: 'core-interrupted' }] },
  },
  'attempt-started': { level: 'info', example: { event: 'attempt-started', ...JOB, attempt: 1, handle: 'pid 4711' } },
  'image-changed': {
    level: 'warning',
    example: {
      event: 'image-changed', ...JOB, docker_image: 'segm:latest', from: 'sha256:1a', since: '2026-11-01T08:00:00.000Z',
      to: 'sha256:2b',
    },
  },
  'attempt-ended': {
    level: 'info', example: { event: 'attempt-ended', ...JOB, attempt: 1, outcome: 'exit 0', seconds: 12 },
  },
  'attempt-not-released': {
    level: 'warning',
    example: {
      event: 'attempt-not-released', ...JOB, attempt: 1,
      failure: { reason: 'inference-task-left', url: 'https://ai/', taskId: 'a1', text: 'refuses the connection' },
    },
  },
  'core-asked-to-notify': {
    level: 'warning', example: { event: 'core-asked-to-notify', ...JOB, text: 'a bleeding, please look' },
  },
  'result-discarded': { level: 'info', example: { event: 'result-discarded', ...JOB } },
  'prediction': {
    level: 'info', example: { event: 'prediction', ...JOB, row: 0, field_name: 'volume', value: '12.5' },
  },
  'nothing-to-deliver': { level: 'warning', example: { event: 'nothing-to-deliver', ...JOB } },
  'delivery-made': { level: 'info', example: { event: 'delivery-made', ...DELIVERY, instances: 3 } },
  'delivery-prepared': {
    level: 'info', example: { event: 'delivery-prepared', ...DELIVERY, changed: 3, unchanged: 1, unfit: 2, seconds: 1 },
  },
  'delivery-postponed': {
    level: 'warning',
    example: { event: 'delivery-postponed', ...DELIVERY, failure: { reason: 'peer-silent', seconds: 30 },
      notBefore: NOT_BEFORE, delivered: 1, missing: 2 },
  },
  'delivery-done': {
    level: 'info', example: { event: 'delivery-done', ...DELIVERY, instances: 3, bytes: 99, seconds: 1 },
  },
  'delivery-rerouted': {
    level: 'warning',
    example: {
      event: 'delivery-rerouted', ...DELIVERY, from: 'DAY', to: 'NIGHT', failure: { reason: 'peer-silent', seconds: 30 },
    },
  },
  'delivery-interrupted': {
    level: 'info', example: { event: 'delivery-interrupted', ...DELIVERY, at: 'NIGHT', delivered: 3, missing: 4 },
  },
  'delivery-stuck': {
    level: 'error',
    example: { event: 'delivery-stuck', DeliveryId: DELIVERY.DeliveryId, failure: { reason: 'core-interrupted' } },
  },
  'delivery-failed': {
    level: 'error',
    example: { event: 'delivery-failed', ...DELIVERY,
      failures: [{ reason: 'instance-refused', SOPInstanceUID: '1.2.3.4.5', status: 0xa900 }] },
  },
  'delivery-held': {
    level: 'error',
    example: { event: 'delivery-held', ...DELIVERY,
      failure: { reason: 'peer-rejected', permanent: true, text: 'HTTP 403' } },
  },
  'delivery-moved': { level: 'info', example: { event: 'delivery-moved', ...DELIVERY, from: 'pending', to: 'held' } },
  'delivery-confirming': {
    level: 'info', example: {
      event: 'delivery-confirming', ...DELIVERY, instances: 3, bytes: 100, seconds: 2, at: 'PACS',
    },
  },
  'commitment-asked': {
    level: 'info', example: { event: 'commitment-asked', ...DELIVERY, TransactionUID: '2.25.7', instances: 3 },
  },
  'commitment-postponed': {
    level: 'warning',
    example: {
      event: 'commitment-postponed', ...DELIVERY, failure: { reason: 'peer-silent', seconds: 30 },
      notBefore: '2026-11-20T09:15:30.123Z',
    },
  },
  'delivery-not-committed': {
    level: 'warning',
    example: {
      event: 'delivery-not-committed', ...DELIVERY,
      failures: [{ reason: 'instance-not-committed', SOPInstanceUID: '1.2.3', TransactionUID: '2.25.7' }],
    },
  },
  'commitment-reported': {
    level: 'info',
    example: {
      event: 'commitment-reported', TransactionUID: '2.25.7', DeliveryId: 'D1', committed: 2, failed: 1,
      callingAETitle: 'PACS', calledAETitle: 'DTS', address: '10.0.0.1',
    },
  },
  'commitment-report-refused': {
    level: 'warning',
    example: {
      event: 'commitment-report-refused', status: 0x0115, text: 'transaction 2.25.7 was never asked',
      callingAETitle: 'PACS', calledAETitle: 'DTS', address: '10.0.0.1',
    },
  },
  'destination-in-trouble': {
    level: 'warning',
    example: {
      event: 'destination-in-trouble', destination: 'PACS', failure: { reason: 'peer-silent', seconds: 30 },
    },
  },
  'copied-instead': {
    level: 'info', example: { event: 'copied-instead', destination: 'lab', copies: 'hardlink', instances: 12 },
  },
  'destination-back': {
    level: 'info', example: { event: 'destination-back', destination: 'PACS', since: NOT_BEFORE },
  },
  'destination-held': {
    level: 'info', example: { event: 'destination-held', destination: 'PACS', by: 'anna', reason: 'it gets a new disk' },
  },
  'destination-released': {
    level: 'info', example: { event: 'destination-released', destination: 'PACS', by: 'anna' },
  },
  'receiving-switched-off': {
    level: 'warning', example: { event: 'receiving-switched-off', file: '/data/config/enabled' },
  },
  'receiving-switched-on': {
    level: 'info', example: { event: 'receiving-switched-on', file: '/data/config/enabled' },
  },
  'disk-short': { level: 'error', example: { event: 'disk-short', path: '/data', freeBytes: 10, neededBytes: 100 } },
  'disk-unusable': { level: 'error', example: { event: 'disk-unusable', path: '/data', code: 'EROFS' } },
  'disk-usable': { level: 'info', example: { event: 'disk-usable', path: '/data' } },
};
