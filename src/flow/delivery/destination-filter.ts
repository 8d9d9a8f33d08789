// Which instances go to a destination: its `filter`, any entry of which may fit, every keyword within one must.

import type { Destination } from '../../config/destination.ts';
import type { Header } from '../../dicom/header.ts';
import { fitsGlob } from '../../select/glob.ts';

/** @param tagOf the tag of a keyword that the configuration was checked to know */
export function fitsFilter(
  filter: Destination['filter'], header: Header, tagOf: (keyword: string) => number | undefined,
): boolean {
  if (filter.length === 0) return true;
  return filter.some((entry) => Object.entries(entry).every(([keyword, glob]) => {
    const tag = tagOf(keyword);
    const values = tag === undefined ? [] : header.texts(tag);
    return (values.length === 0 ? [''] : values).some((value) => fitsGlob(glob, value));
  }));
}
