// Checks that nobody has left receiving switched off, here or at a site.

import type { Configuration } from '../../config/configuration.ts';
import { codeOf } from '../../spool/error-code.ts';
import { Layout } from '../../spool/layout.ts';
import { isSwitchedOff } from '../../spool/receiving-switch.ts';
import { error, warning, type EnvironmentFinding } from './finding.ts';

/** Findings only where there is something to do: on is the rule. */
export async function checkReceivingSwitches({ datadir, receiver }: Configuration): Promise<EnvironmentFinding[]> {
  const datadirs = new Set([datadir, ...Object.values(receiver.sites).map((site) => site.datadir)]);
  return (await Promise.all([...datadirs].map((one) => checkReceivingSwitch(new Layout(one))))).flat();
}

async function checkReceivingSwitch(layout: Layout): Promise<EnvironmentFinding[]> {
  const file = layout.receivingSwitch;
  try {
    if (!await isSwitchedOff(layout)) return [];
    return [warning('receiving', `switched off: ${file} holds 0`, `rm ${file} switches it on within a second`)];
  } catch (thrown) {
    const code = codeOf(thrown);
    if (code === undefined) throw thrown;
    return [error('receiving', `${file} cannot be read: ${code}`, 'correct its rights, or remove it')];
  }
}
