// How urgent each event is: decided once, here.

import type { Level, StationEvent } from './event.ts';

const LEVELS: { readonly [Name in StationEvent['event']]: Level } = {
  'receiver-started': 'info',
  'receiver-stopped': 'info',
  'certificate-loaded': 'info',
  'certificate-unusable': 'error',
  'association-rejected': 'warning',
  'association-ended': 'info',
  'instance-refused': 'error',
  'instance-differs': 'warning',
  'arrival-matched': 'info',
  'arrival-unmatched': 'info',
  'arrival-rejected': 'error',
  'arrival-postponed': 'error',
  'arrival-waits': 'info',
  'arrival-incomplete': 'warning',
  'arrival-released': 'info',
  'action-done': 'info',
  'action-failed': 'error',
  'nothing-selected': 'info',
  'job-made': 'info',
  'job-held': 'error',
  'job-moved': 'info',
  'job-postponed': 'warning',
  'job-stuck': 'error',
  'job-failed': 'error',
  'attempt-started': 'info',
  'attempt-ended': 'info',
  'attempt-not-released': 'warning',
  'image-changed': 'warning',
  'prediction': 'info',
  'core-asked-to-notify': 'warning',
  'result-discarded': 'info',
  'nothing-to-deliver': 'warning',
  'delivery-made': 'info',
  'delivery-postponed': 'warning',
  'delivery-done': 'info',
  'delivery-stuck': 'error',
  'delivery-failed': 'error',
  'delivery-held': 'error',
  'delivery-moved': 'info',
  'commitment-reported': 'info',
  'commitment-report-refused': 'warning',
  'destination-in-trouble': 'warning',
  'destination-back': 'info',
  'receiving-switched-off': 'warning',
  'receiving-switched-on': 'info',
  'disk-short': 'error',
  'disk-unusable': 'error',
  'disk-usable': 'info',
};

export function levelOf(event: StationEvent): Level {
  if (event.event === 'association-ended' && (event.how !== 'released' || event.refused > 0)) return 'warning';
  return LEVELS[event.event];
}
