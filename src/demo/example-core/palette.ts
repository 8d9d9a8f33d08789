// The colours of the report page: light on dark, as everything beside it in a reading room.

import type { Color } from './canvas.ts';

export const BACKGROUND: Color = [13, 18, 24];
export const PANEL: Color = [24, 31, 40];
export const RULE: Color = [62, 74, 88];
export const WHITE: Color = [238, 242, 246];
export const SOFT: Color = [176, 188, 200];
export const FAINT: Color = [132, 146, 160];
export const ACCENT: Color = [94, 200, 255];
export const AMBER: Color = [255, 190, 80];
