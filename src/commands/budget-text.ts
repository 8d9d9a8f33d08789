// What cores use of the host, in one line: `2 of 4 slots, 10g of 48g memory, 1 of 2 gpus, 3 of 10 elsewhere`.

import type { BudgetReport, Used } from '../flow/report/budget-report.ts';
import { amountText, type Resource } from '../job/core-budget.ts';

/** Only what is limited or used. */
export function budgetText({ remote, ...ofHost }: BudgetReport): string {
  const parts = Object.entries(ofHost).filter(([, { used, limit }]) => used > 0 || limit !== undefined)
    .map(([resource, used]) => usedText(resource as Resource, used));
  const elsewhere = remote.used === 0 ? [] : [`${remote.used} of ${remote.limit} elsewhere`];
  return [...parts, ...elsewhere].join(', ');
}

function usedText(resource: Resource, { used, limit }: Used): string {
  const [amount, most] = [used, limit ?? 0].map((value) => amountText(resource, value));
  return limit === undefined ? `${amount} ${resource}` : `${amount} of ${most} ${resource}`;
}
