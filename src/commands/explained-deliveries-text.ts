// What dts explain prints of where the result of a job goes.

import type { ExplainedDestination } from '../flow/explain/explain-deliveries.ts';
import { considerationText, matchText, routeText } from '../flow/route/route-text.ts';
import { oneLine } from '../job/one-line.ts';
import type { Colour } from '../select/series-title.ts';

/** @param timezone the station's, for times of the week */
export function formatExplainedDeliveries(
  destinations: readonly ExplainedDestination[], timezone: string, paint: Colour,
): string[] {
  return destinations.flatMap(({ destination, optional, matches, delivery }) => {
    const isGoing = delivery !== undefined || matches?.some(({ goes }) => goes) === true;
    const mark = matches === undefined && delivery === undefined ? paint('warning', '?  ')
      : isGoing ? paint('true', 'yes') : paint('false', 'no ');
    const second = optional === true ? ', a second copy' : '';
    return [
      `    ${mark}  ${paint('heading', `to ${oneLine(destination)}`)}${second}${stateText(matches, delivery)}`,
      ...(delivery?.matches ?? matches ?? []).map((match) => `         ${oneLine(matchText(match))}`),
      ...delivery === undefined ? [] : formatDelivery(delivery, timezone, paint),
    ];
  });
}

function stateText(matches: ExplainedDestination['matches'], delivery: ExplainedDestination['delivery']): string {
  if (delivery !== undefined) return `: ${delivery.state}`;
  return matches === undefined ? ': there is no result yet' : '';
}

function formatDelivery(
  { DeliveryId, waits, considered, routes }: NonNullable<ExplainedDestination['delivery']>, timezone: string,
  paint: Colour,
): string[] {
  return [
    `         ${paint('faint', DeliveryId)}`,
    ...waits === undefined ? [] : [`         ${paint('warning', 'waits')} ${oneLine(waits)}`],
    ...considered.length < 2 ? [] : considered.map((one) => {
      return `         ${oneLine(`${one.destination}: ${considerationText(one, timezone)}`)}`;
    }),
    ...routes.map((route) => `         ${route.time}  ${oneLine(routeText(route, timezone))}`),
  ];
}
