// dts scan-arrived: sees to every arrival that is complete.

import { nothingArrives } from '../spool/idle.ts';
import { addSite, declare, type CommonOptions, type Declaration } from './declaration.ts';
import { EXIT, worst, type ExitStatus } from './exit-status.ts';
import type { OpenStation } from './open-station.ts';
import { addRepetition, type Repetition } from './repeat.ts';
import { tick } from './tick.ts';

export const scanArrivedCommand: Declaration = {
  command: addRepetition(addSite(
    declare('scan-arrived', 'describe what has arrived completely, match it to streams, make jobs'))),
  examples: [
    ['dts scan-arrived', 'once'],
    ['dts scan-arrived --for 55s --every 4s', 'again and again within one cron minute'],
    ['dts scan-arrived -v', 'and say what was found'],
    ['dts scan-arrived --site PROJ', 'what has arrived at the site PROJ'],
  ],
  statuses: [EXIT.data, EXIT.inputOutput, EXIT.configuration],
  run: (_args, options: CommonOptions & Repetition) => tick('scan-arrived', options, nothingArrives, scan),
};

async function scan({ station, console }: OpenStation): Promise<ExitStatus> {
  const { scanArrived } = await import('../flow/arrival/scan-arrived.ts');
  const outcome = await scanArrived(station);
  if (outcome === 'busy') {
    console.message('info', 'scan-arrived: not begun: another run is at it; it does the work');
    return EXIT.done;
  }
  return worst([
    outcome.bugs > 0 ? EXIT.bug : EXIT.done,
    outcome.postponed > 0 ? EXIT.inputOutput : EXIT.done,
    outcome.setAside > 0 ? EXIT.data : EXIT.done,
  ]);
}
