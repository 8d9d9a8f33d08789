// What DCMTK makes of objects in other transfer syntaxes, for tests of the tree, and what it says of them.

import { spawnSync } from 'node:child_process';

/** Programs of DCMTK that write an object anew, by what they make of it: in other lengths, too. */
export const REWRITERS: readonly (readonly [name: string, program: string, args: readonly string[]])[] = [
  ['explicit VR, defined lengths', 'dcmconv', ['+te', '+e']],
  ['explicit VR, undefined lengths', 'dcmconv', ['+te', '-e']],
  ['explicit VR, group lengths', 'dcmconv', ['+te', '+g=']],
  ['implicit VR, defined lengths', 'dcmconv', ['+ti', '+e']],
  ['implicit VR, undefined lengths', 'dcmconv', ['+ti', '-e']],
  ['big endian, defined lengths', 'dcmconv', ['+tb', '+e']],
  ['big endian, undefined lengths', 'dcmconv', ['+tb', '-e']],
  ['deflated', 'dcmconv', ['+td']],
  ['padded at the end', 'dcmconv', ['+te', '+p', '1024', '64']],
  ['RLE', 'dcmcrle', []],
  ['RLE, fragmented', 'dcmcrle', ['+fs', '1']],
  ['RLE, without offset table', 'dcmcrle', ['-ot']],
  ['JPEG lossless', 'dcmcjpeg', ['+e1']],
  ['JPEG lossless, any predictor', 'dcmcjpeg', ['+el', '+sv', '4']],
  ['JPEG baseline', 'dcmcjpeg', ['+eb']],
  ['JPEG-LS', 'dcmcjpls', []],
];

/** @returns whether the program could: not every object has pixels, and not every compressor takes all of them. */
export function rewrite(file: string, [, program, args]: (typeof REWRITERS)[number], to: string): boolean {
  return spawnSync(program, [...args, file, to], { stdio: 'ignore' }).status === 0;
}

/** What dcmdump says of a data set, without lengths and group lengths. */
export function dumpOf(file: string): string {
  const { stdout } = spawnSync('dcmdump', ['-q', '+L', '-Un', '-M', '+R', '4096', file], { encoding: 'utf8' });
  return stdout.slice(stdout.indexOf('# Dicom-Data-Set')).split('\n')
    .map((line) => line.replace(/#.*$| with (explicit|undefined) length| for re-encod(ing|\.)/g, '').trimEnd())
    .filter((line) => !/^ *\([0-9a-f]{4},0000\) /.test(line)).join('\n');
}
