// A typeface made for the report pages: each character is a few pen strokes on a small grid, so that it can be drawn
// smooth at any size. Nothing here draws; canvas.ts does.
//
// The grid: y 0 is the top of capitals, 3 the top of small letters, 8 the line they stand on, 11 the lowest point.
// A glyph is written `width stroke stroke …`; a stroke is points of two hexadecimal digits, x then y; `~` before a
// stroke rounds its corners; a stroke of one point is a dot.

export type Point = readonly [x: number, y: number];
export type Glyph = { readonly width: number; readonly strokes: readonly (readonly Point[])[] };

/** From the top of capitals to the line they stand on, in grid units. */
export const CAP_HEIGHT = 8;
/** Between one character and the next, in grid units. */
export const LETTER_SPACING = 2.1;

const drawings: Record<string, string> = {
  ' ': '2',
  '!': '0 0005 08',
  '"': '2 0002 2022',
  '#': '6 2018 5048 0363 0565',
  $: '4 ~4241010444470706 2029',
  '%': '6 6008 ~102022020010 ~566668484656',
  '&': '6 ~6812104042050838 3865',
  "'": '0 0002',
  '(': '2 ~20030629',
  ')': '2 ~00232609',
  '*': '4 2125 0244 4204',
  '+': '4 0545 2327',
  ',': '1 180A',
  '-': '3 0535',
  '.': '0 08',
  '/': '4 4008',
  '0': '4 ~204048080020',
  '1': '4 022028 0848',
  '2': '4 ~0200404408 0848',
  '3': '4 ~0100404414 ~1444480807',
  '4': '4 300646 3038',
  '5': '4 400004 ~040343480807',
  '6': '4 ~4140000848430305',
  '7': '4 004018',
  '8': '4 ~204044040020 ~244448080424',
  '9': '4 ~0708484000054543',
  ':': '0 04 08',
  ';': '1 14 180A',
  '<': '4 420548',
  '=': '4 0444 0646',
  '>': '4 024508',
  '?': '4 ~020040442426 28',
  '@': '8 ~6323276763 ~63678780000A7A',
  A: '6 083068 1555',
  B: '5 0008 ~002050542404 ~042454582808',
  C: '5 ~525000085856',
  D: '5 0008 ~002050582808',
  E: '4 40000848 0434',
  F: '4 400008 0434',
  G: '5 ~525000085854 3454',
  H: '5 0008 5058 0454',
  I: '0 0008',
  J: '3 ~3035380806',
  K: '5 0008 5005 2358',
  L: '4 000848',
  M: '6 0800356068',
  N: '5 08005850',
  O: '6 ~306068080030',
  P: '5 0008 ~002050542404',
  Q: '6 ~306068080030 4669',
  R: '5 0008 ~002050542404 2458',
  S: '5 ~5250000454580806',
  T: '6 0060 3038',
  U: '5 ~000408585450',
  V: '6 003860',
  W: '8 0028426880',
  X: '5 0058 5008',
  Y: '6 003460 3438',
  Z: '5 00500858',
  '[': '2 20000A2A',
  '\\': '4 0048',
  ']': '2 00202A0A',
  '^': '4 022042',
  _: '4 0A4A',
  '`': '1 0012',
  a: '4 4348 ~454303084846',
  b: '4 0008 ~060343480806',
  c: '4 ~444303084847',
  d: '4 4048 ~454303084846',
  e: '4 0545 ~454303084847',
  f: '3 ~301018 0333',
  g: '4 ~43494B0B0A ~454303084846',
  h: '4 0008 ~0603434648',
  i: '0 0308 01',
  j: '2 ~23292B0B 21',
  k: '4 0008 4306 2548',
  l: '1 ~00040818',
  m: '6 0308 ~0603333638 ~3633636668',
  n: '4 0308 ~0603434648',
  o: '4 ~234348080323',
  p: '4 030B ~060343480806',
  q: '4 434B ~454303084846',
  r: '3 0308 ~060333',
  s: '4 ~4443030546480807',
  t: '3 ~10141838 0333',
  u: '4 4348 ~0305084846',
  v: '4 032843',
  w: '6 0318345863',
  x: '4 0348 4308',
  y: '4 0328 43281B0B',
  z: '4 03430848',
  '{': '3 ~30100515 ~05151A3A',
  '|': '0 000B',
  '}': '3 ~00203525 ~35252A0A',
  '~': '5 ~0604255654',
  '±': '4 0343 2125 0747',
  '×': '4 0347 4307',
  '·': '0 04',
};

const unknown = '4 0040480800';
const glyphs = new Map<string, Glyph>();

/** The drawing of one character; accents are left away, and what the typeface lacks is an empty box. */
function findGlyph(character: string): Glyph {
  const base = character.normalize('NFD').charAt(0);
  let glyph = glyphs.get(base);
  if (glyph === undefined) {
    glyph = parseGlyph(drawings[base] ?? unknown);
    glyphs.set(base, glyph);
  }
  return glyph;
}

/** The glyphs of a text, one for each letter with its accents. */
export function glyphsOf(text: string): Glyph[] {
  return [...text.normalize('NFC')].map(findGlyph);
}

/** How wide a text is, in grid units. */
export function widthOf(text: string): number {
  const sum = glyphsOf(text).reduce((width, glyph) => width + glyph.width + LETTER_SPACING, 0);
  return Math.max(0, sum - LETTER_SPACING);
}

function parseGlyph(drawing: string): Glyph {
  const [width, ...strokes] = drawing.split(' ');
  return { width: Number(width), strokes: strokes.map(parseStroke) };
}

function parseStroke(text: string): Point[] {
  const rounded = text.startsWith('~');
  const digits = [...(rounded ? text.slice(1) : text)].map((digit) => Number.parseInt(digit, 16));
  const points = Array.from({ length: digits.length / 2 }, (_, i): Point => [digits[2 * i]!, digits[2 * i + 1]!]);
  return rounded ? cutCorners(cutCorners(cutCorners(points))) : points;
}

/** One step of Chaikin's corner cutting, ends kept: repeated, a polygon becomes a quadratic B-spline. */
function cutCorners(points: readonly Point[]): Point[] {
  const inner = points.slice(1).flatMap(([x, y], index): Point[] => {
    const [fromX, fromY] = points[index]!;
    return [
      [0.75 * fromX + 0.25 * x, 0.75 * fromY + 0.25 * y],
      [0.25 * fromX + 0.75 * x, 0.25 * fromY + 0.75 * y],
    ];
  });
  return [points[0]!, ...inner.slice(1, -1), points.at(-1)!];
}
