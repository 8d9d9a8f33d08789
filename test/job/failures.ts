// One of every failure there is, with data that would trouble a line, a terminal or a reader. The type makes sure that
// none is left out: a new reason without an example does not compile.

import type { Failure } from '../../src/job/failure.ts';

export const CLASSIFIED: { readonly [Reason in Failure['reason']]: {
  readonly example: Extract<Failure, { reason: Reason }>;
  /** Whether it is worth another try without anybody doing anything, as docs/INTERNALS.md and the contract have it. */
  readonly temporary: boolean;
} } = {
  'study-incomplete': {
    temporary: false,
    example: { reason: 'study-incomplete', missing: [
      { what: 'series', name: 'FLAIR' }, { what: 'instances-of-name', name: 'T1', found: 150, expected: 176 },
    ] },
  },
  'arrived-late': {
    temporary: false, example: { reason: 'arrived-late', earlier: '20261120T081530123Z-AI-1a2b3c4d' },
  },
  'supersede-hindered': {
    temporary: true,
    example: { reason: 'supersede-hindered', JobId: '20261120T081530123Z-AI-1a2b3c4d', text: 'delivery D1 is being sent' },
  },
  'stream-unknown': { temporary: false, example: { reason: 'stream-unknown', stream: 'AI' } },
  'core-unknown': { temporary: false, example: { reason: 'core-unknown', stream: 'AI' } },
  'series-missing': { temporary: false, example: { reason: 'series-missing', SeriesInstanceUID: '1.2.3.4' } },
  'selection-ambiguous': {
    temporary: false,
    example: { reason: 'selection-ambiguous', SeriesInstanceUID: '1.2.3.4', names: ['1: T1', '2: T2'] },
  },
  'space-short': { temporary: true, example: { reason: 'space-short', path: '/data' } },
  'input-output': { temporary: true, example: { reason: 'input-output', path: '/data/jobs', code: 'EIO' } },
  'file-fault': { temporary: false, example: { reason: 'file-fault', path: '/data/jobs', code: 'ENOTDIR' } },
  'file-damaged': { temporary: false, example: { reason: 'file-damaged', path: '/data/job.json', text: 'no JSON' } },
  'internal-error': { temporary: false, example: { reason: 'internal-error', text: 'TypeError: x' } },
  'result-missing': { temporary: false, example: { reason: 'result-missing', path: '/data/result.json' } },
  'command-missing': { temporary: false, example: { reason: 'command-missing', stream: 'AI' } },
  'program-missing': { temporary: false, example: { reason: 'program-missing', program: '/opt/ai' } },
  'runtime-missing': { temporary: true, example: { reason: 'runtime-missing', runtime: 'podman' } },
  'image-missing': { temporary: false, example: { reason: 'image-missing', image: 'ai:1', runtime: 'podman' } },
  'core-too-large': {
    temporary: false, example: { reason: 'core-too-large', resource: 'memory', wanted: '64g', limit: '48g' },
  },
  'core-not-started': { temporary: true, example: { reason: 'core-not-started', text: 'EAGAIN' } },
  'executor-unavailable': { temporary: true, example: { reason: 'executor-unavailable', text: 'no answer' } },
  'program-time': { temporary: true, example: { reason: 'program-time', program: 'podman', timeoutSeconds: 60 } },
  'core-interrupted': { temporary: true, example: { reason: 'core-interrupted' } },
  'host-silent': { temporary: true, example: { reason: 'host-silent', host: 'ai2', seconds: 1000 } },
  'core-postponed': { temporary: true, example: { reason: 'core-postponed' } },
  'core-exit': { temporary: false, example: { reason: 'core-exit', exitCode: 3, lastLines: ['no model', 'sorry'] } },
  'core-signal': { temporary: false, example: { reason: 'core-signal', signal: 'SIGSEGV', lastLines: [] } },
  'core-time': { temporary: false, example: { reason: 'core-time', timeoutSeconds: 3600 } },
  'core-output-bytes': { temporary: false, example: { reason: 'core-output-bytes', bytes: 2048, maxBytes: 1024 } },
  'slurm-refused': { temporary: false, example: { reason: 'slurm-refused', text: 'Invalid partition name specified' } },
  'slurm-ended': { temporary: true, example: { reason: 'slurm-ended', slurmJobId: '17', slurmState: 'NODE_FAIL' } },
  'slurm-cancelled': { temporary: false, example: { reason: 'slurm-cancelled', slurmJobId: '17' } },
  'attempts-used': {
    temporary: false, example: { reason: 'attempts-used', attempts: 3, last: { reason: 'core-interrupted' } },
  },
  'job-given-up': {
    temporary: false,
    example: { reason: 'job-given-up', afterSeconds: 604_800, last: { reason: 'executor-unavailable', text: 'none' } },
  },
  'inference-server-away': {
    temporary: true, example: { reason: 'inference-server-away', url: 'https://ai/', text: 'refuses the connection' },
  },
  'inference-server-refused': {
    temporary: false, example: { reason: 'inference-server-refused', url: 'https://ai/', text: 'answered 403: no' },
  },
  'inference-model-unknown': {
    temporary: false, example: { reason: 'inference-model-unknown', url: 'https://ai/', model: 'liver' },
  },
  'inference-task-failed': {
    temporary: false, example: { reason: 'inference-task-failed', url: 'https://ai/', taskId: 'a1', text: 'answered 552' },
  },
  'inference-output-missing': {
    temporary: false, example: { reason: 'inference-output-missing', url: 'https://ai/', taskId: 'a1' },
  },
  'inference-result-unusable': {
    temporary: false,
    example: { reason: 'inference-result-unusable', entry: '../etc/passwd', text: 'its path leads out of the folder' },
  },
  'inference-task-left': {
    temporary: true, example: { reason: 'inference-task-left', url: 'https://ai/', taskId: 'a1', text: 'answered 500' },
  },
  'submission-uncertain': {
    temporary: false,
    example: { reason: 'submission-uncertain', url: 'https://ai/', sentAt: '2026-11-20T08:15:30.123Z', text: 'was reset' },
  },
  'more-failures': { temporary: false, example: { reason: 'more-failures', others: 59_001 } },
  'output-nothing': { temporary: false, example: { reason: 'output-nothing' } },
  'output-link': { temporary: false, example: { reason: 'output-link', file: 'a.dcm' } },
  'output-empty': { temporary: false, example: { reason: 'output-empty', file: 'a.dcm' } },
  'output-unreadable': { temporary: false, example: { reason: 'output-unreadable', file: 'a.dcm', text: 'cut off' } },
  'output-missing-attribute': {
    temporary: false, example: { reason: 'output-missing-attribute', file: 'a.dcm', keyword: 'SOPInstanceUID' },
  },
  'output-other-study': {
    temporary: false, example: { reason: 'output-other-study', file: 'a.dcm', StudyInstanceUID: '1.2.3' },
  },
  'output-other-patient': { temporary: false, example: { reason: 'output-other-patient', file: 'a.dcm' } },
  'output-input-series': {
    temporary: false, example: { reason: 'output-input-series', file: 'a.dcm', SeriesInstanceUID: '1.2.3.4' },
  },
  'output-input-instance': {
    temporary: false, example: { reason: 'output-input-instance', file: 'a.dcm', SOPInstanceUID: '1.2.3.4.5' },
  },
  'output-same-instance': {
    temporary: false,
    example: { reason: 'output-same-instance', files: ['a.dcm', 'b.dcm'], SOPInstanceUID: '1.2.3.4.5' },
  },
  'output-sop-class': { temporary: false, example: { reason: 'output-sop-class', file: 'a.dcm', SOPClassUID: '1.2' } },
  'output-bytes': { temporary: false, example: { reason: 'output-bytes', bytes: 2048, maxBytes: 1024 } },
  'output-instances': { temporary: false, example: { reason: 'output-instances', instances: 9, maxInstances: 8 } },
  'output-json': { temporary: false, example: { reason: 'output-json', text: 'it is a link' } },
  'output-json-missing': { temporary: false, example: { reason: 'output-json-missing' } },
  'output-schema': { temporary: false, example: { reason: 'output-schema', at: '/0/value', text: 'must be number' } },
  'schema-unusable': {
    temporary: false, example: { reason: 'schema-unusable', file: '/etc/dts/lesion.json', text: 'it cannot be read' },
  },
  'output-too-few': { temporary: false, example: { reason: 'output-too-few', instances: 0, minInstances: 1 } },
  'output-expected': {
    temporary: false,
    example: { reason: 'output-expected', instances: 2, Modality: 'SEG', min: 1, max: 1 },
  },
  'output-reference': {
    temporary: false,
    example: {
      reason: 'output-reference', file: 'seg.dcm', SOPInstanceUID: '1.2.3.4', sequence: 'SourceImageSequence', others: 3,
    },
  },
  'steering-invalid': { temporary: false, example: { reason: 'steering-invalid', text: 'it is no object' } },
  'steering-not-allowed': {
    temporary: false, example: { reason: 'steering-not-allowed', word: 'discard', stream: 'AI' },
  },
  'steering-destination': {
    temporary: false,
    example: { reason: 'steering-destination', destination: 'PAX', stream: 'AI', known: ['PACS', 'ARCHIVE'] },
  },
  'steering-not-last': { temporary: false, example: { reason: 'steering-not-last' } },
  'destination-unknown': { temporary: false, example: { reason: 'destination-unknown', destination: 'pacs' } },
  'sender-unknown': { temporary: false, example: { reason: 'sender-unknown', AETitle: 'CT1' } },
  'peer-unreachable': {
    temporary: true, example: { reason: 'peer-unreachable', address: '10.0.0.1:104', text: 'ECONNREFUSED' },
  },
  'tls-unusable': { temporary: true, example: { reason: 'tls-unusable', text: '/etc/dts/key.pem cannot be read' } },
  'tls-refused': {
    temporary: true, example: { reason: 'tls-refused', address: 'pacs:2762', text: 'shows a certificate that has expired' },
  },
  'secret-missing': {
    temporary: true, example: { reason: 'secret-missing', text: '/etc/dts/token cannot be read (ENOENT)' },
  },
  'web-server-away': {
    temporary: true,
    example: { reason: 'web-server-away', url: 'https://pacs.example/dicom-web', text: 'answered 502 (Bad Gateway)' },
  },
  'web-server-busy': {
    temporary: true,
    example: {
      reason: 'web-server-busy', url: 'https://pacs.example/dicom-web', text: 'answered 503', afterSeconds: 30,
    },
  },
  'web-not-allowed': {
    temporary: false,
    example: { reason: 'web-not-allowed', url: 'https://pacs.example/dicom-web', text: 'answered 401 (Unauthorized)' },
  },
  'web-instance-untold': {
    temporary: true,
    example: { reason: 'web-instance-untold', url: 'https://pacs.example/dicom-web', SOPInstanceUID: '1.2.3' },
  },
  'web-instance-refused': {
    temporary: false,
    example: { reason: 'web-instance-refused', SOPInstanceUID: '1.2.3', text: 'answered 413 (Payload Too Large)' },
  },
  'peer-rejected': { temporary: false, example: { reason: 'peer-rejected', permanent: true, text: 'unknown title' } },
  'peer-aborted': { temporary: true, example: { reason: 'peer-aborted', text: 'unexpected PDU' } },
  'peer-silent': { temporary: true, example: { reason: 'peer-silent', seconds: 30 } },
  'transfer-syntax-unwanted': {
    temporary: false,
    example: {
      reason: 'transfer-syntax-unwanted', TransferSyntaxUID: '1.2.840.10008.1.2.4.103', wanted: ['1.2.840.10008.1.2.1'],
    },
  },
  'instance-inconvertible': {
    temporary: false,
    example: {
      reason: 'instance-inconvertible', file: '/data/x.dcm', TransferSyntaxUID: '1.2.840.10008.1.2.4.70',
      to: '1.2.840.10008.1.2', text: 'has 0 rows and 512 columns',
    },
  },
  'context-refused': {
    temporary: false, example: { reason: 'context-refused', SOPClassUID: '1.2', TransferSyntaxUID: '1.2.840' },
  },
  'instance-refused': {
    temporary: false, example: { reason: 'instance-refused', SOPInstanceUID: '1.2.3.4.5', status: 0xa900 },
  },
  'instance-postponed': {
    temporary: true, example: { reason: 'instance-postponed', SOPInstanceUID: '1.2.3.4.5', status: 0xa700 },
  },
  'instance-unreadable': {
    temporary: false, example: { reason: 'instance-unreadable', file: '/data/x.dcm', text: 'no DICM prefix' },
  },
  'commitment-unsupported': {
    temporary: false, example: { reason: 'commitment-unsupported', AETitle: 'PACS', address: '10.0.0.1:104' },
  },
  'commitment-refused': { temporary: false, example: { reason: 'commitment-refused', status: 0x0122 } },
  'instance-not-committed': {
    temporary: true,
    example: {
      reason: 'instance-not-committed', SOPInstanceUID: '1.2.3.4.5', TransactionUID: '2.25.7', FailureReason: 0x0112,
    },
  },
  'commitment-not-reported': {
    temporary: true,
    example: { reason: 'commitment-not-reported', instances: 3, tries: 2, withinSeconds: 86_400 },
  },
  'morph-impossible': {
    temporary: false,
    example: {
      reason: 'morph-impossible', SOPInstanceUID: '1.2.3.4.5', destination: 'PACS', step: 2, element: 'StudyID',
      text: 'has 20 characters, and VR SH takes 16',
    },
  },
  'prepared-same-instance': {
    temporary: false,
    example: { reason: 'prepared-same-instance', SOPInstanceUID: '1.2.3.4.5', leavesAs: '1.2.3', others: 2 },
  },
  'profile-unusable': {
    temporary: false,
    example: { reason: 'profile-unusable', profile: 'research', text: 'the key: /etc/dts/key cannot be read (EACCES)' },
  },
  'burnt-in-held': {
    temporary: false,
    example: {
      reason: 'burnt-in-held', profile: 'research', kinds: ['ultrasound', 'document'], instances: ['1.2.3.4'], others: 7,
    },
  },
  'burnt-in-refused': {
    temporary: false, example: { reason: 'burnt-in-refused', SOPInstanceUID: '1.2.3.4', kind: 'document' },
  },
  'burnt-in-left-out': {
    temporary: false, example: { reason: 'burnt-in-left-out', SOPInstanceUID: '1.2.3.4', kind: 'screen' },
  },
  'patient-unlisted': {
    temporary: false, example: { reason: 'patient-unlisted', profile: 'research', SOPInstanceUID: '1.2.3.4' },
  },
  'pseudonym-unknown': {
    temporary: false, example: { reason: 'pseudonym-unknown', profile: 'research', StudyInstanceUID: '2.25.1' },
  },
  'not-reidentified': {
    temporary: false,
    example: { reason: 'not-reidentified', SOPInstanceUID: '1.2.3.4', text: 'has bytes that ISO_IR 100 does not define' },
  },
  'folder-missing': { temporary: true, example: { reason: 'folder-missing', path: '/labs/neuro' } },
  'folder-unmarked': {
    temporary: true, example: { reason: 'folder-unmarked', path: '/labs/neuro', name: '.mounted' },
  },
  'folder-forbidden': { temporary: true, example: { reason: 'folder-forbidden', path: '/labs/neuro', code: 'EACCES' } },
  'folder-group': {
    temporary: true, example: { reason: 'folder-group', group: 'neuro', text: 'there is no such group' },
  },
  'folder-note-hindered': {
    temporary: true, example: { reason: 'folder-note-hindered', path: '/labs/neuro', name: 'ready' },
  },
  'place-taken': {
    temporary: false, example: { reason: 'place-taken', SOPInstanceUID: '1.2.3.4.5', at: '/labs/{SOPInstanceUID}' },
  },
  'place-blocked': {
    temporary: false,
    example: { reason: 'place-blocked', SOPInstanceUID: '1.2.3.4.5', at: '/labs/{PatientID}', by: 'a file or link' },
  },
  'place-too-long': {
    temporary: false, example: { reason: 'place-too-long', SOPInstanceUID: '1.2.3.4.5', at: '/labs/neuro' },
  },
  'delivery-missing': { temporary: false, example: { reason: 'delivery-missing', DeliveryId: 'D1' } },
  'delivery-given-up': {
    temporary: false,
    example: { reason: 'delivery-given-up', afterSeconds: 604_800, last: { reason: 'peer-silent', seconds: 30 } },
  },
  'delivery-failed': {
    temporary: false,
    example: { reason: 'delivery-failed', DeliveryId: 'D1', first: { reason: 'peer-silent', seconds: 30 } },
  },
};

export const EVERY_FAILURE: readonly Failure[] = Object.values(CLASSIFIED).map(({ example }) => example);
