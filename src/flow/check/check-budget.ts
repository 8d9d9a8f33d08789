// Checks that cores ask this host for no more than it has, one by one and all together.

import { availableParallelism, totalmem } from 'node:os';
import type { Configuration } from '../../config/configuration.ts';
import { usesHost } from '../../config/uses-host.ts';
import { countGpus } from '../../host/count-gpus.ts';
import { amountText, findExcesses, type CoreBudget, type CoreNeed } from '../../job/core-budget.ts';
import { needOf } from '../attempt/core-budget-of.ts';
import { ok, warning, type EnvironmentFinding } from './finding.ts';

export async function checkBudget({ limits, streams }: Configuration): Promise<EnvironmentFinding[]> {
  const gpus = limits.gpus ?? await countGpus(); // what the limits say of GPUs counts: the host may hide some
  const host: CoreBudget = {
    slots: Infinity, memoryBytes: totalmem(), cpus: availableParallelism(), ...(gpus === undefined ? {} : { gpus }),
  };
  const { memoryBytes = 0, cpus = 0 } = limits;
  const findings = [
    ...tooMuch('limits', { memoryBytes, cpus, gpus: 0 }, host, 'lower it, or cores wait for each other in vain'),
    ...streams.flatMap(({ name, cores }) => cores.filter(usesHost).flatMap((core) => {
      return tooMuch(`core of ${name}`, needOf(core), host, 'lower it, or run it on a host that has as much');
    })),
  ];
  if (findings.length > 0) return findings;
  const shown = [`${amountText('memory', totalmem())} of memory`, `${availableParallelism()} CPUs`,
    ...gpus === undefined ? [] : [`${gpus} GPUs`]];
  return [ok('budget', `no core needs more than this host has: ${shown.join(', ')}`)];
}

function tooMuch(subject: string, need: CoreNeed, host: CoreBudget, remedy: string): EnvironmentFinding[] {
  return findExcesses(need, host).map(({ resource, wanted, limit }) => {
    const [much, most] = [wanted, limit].map((amount) => amountText(resource, amount));
    return warning(subject, `${resource}, ${much}, is more than this host has, ${most}`, remedy);
  });
}
