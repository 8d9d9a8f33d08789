// The colours of an explanation on a terminal: those of explain and select.

import type { Colour } from '../select/series-title.ts';
import { loadColours } from './format-table.ts';

export async function loadPaint(): Promise<Colour> {
  const colours = await loadColours();
  const paint = {
    heading: colours.bold, true: colours.green, false: colours.red, faint: colours.dim, warning: colours.yellow,
  };
  return (style, text) => paint[style](text);
}
