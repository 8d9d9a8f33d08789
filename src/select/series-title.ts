// A series as a person recognizes it in an explanation, and values of the network as they are safe on a terminal.

import type { ClauseName, SeriesTrial } from './selection.ts';
import { unnamed } from './statement.ts';

export type ExplanationStyle = 'heading' | 'true' | 'false' | 'faint' | 'warning';

/** Gives a piece of text its colour, or returns it as it is. */
export type Colour = (style: ExplanationStyle, text: string) => string;

/** The longest value that is shown whole. */
const maxValueLength = 60;

/** The series as people know it: by its number and description. */
export function titleOf({ SeriesNumber, SeriesDescription }: SeriesTrial): string {
  const number = SeriesNumber === '' ? 'Series' : `Series ${show(SeriesNumber)}`;
  return `${number}  ${SeriesDescription === '' ? '(no description)' : quote(SeriesDescription)}`;
}

/** The series as systems know it; its study only where there is more than one. */
export function formatPlace(
  { SeriesInstanceUID, StudyInstanceUID }: Pick<SeriesTrial, 'SeriesInstanceUID' | 'StudyInstanceUID'>,
  hasStudies: boolean, colour: Colour,
): string[] {
  const study = hasStudies ? [`in study ${StudyInstanceUID}`] : [];
  return [SeriesInstanceUID, ...study].map((text) => colour('faint', text));
}

/** A WHERE by its place, and its name where it has one. */
export function formatClauseName({ number, name }: ClauseName): string {
  return name === unnamed ? `${number}` : `${number} ${quote(name)}`;
}

/** `1 series`, `2 instances`. */
export function countOf(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** A value of the network, in quotes. */
export function quote(text: string): string {
  return `"${show(text)}"`;
}

/** Text that is safe on a terminal, shortened where it is long. */
export function show(text: string, maxLength = maxValueLength): string {
  const visible = text.replace(/\p{C}/gu, '\u00b7');
  return visible.length > maxLength ? `${visible.slice(0, maxLength - 1)}\u2026` : visible;
}
