// What a classification rule may ask about an instance: its header, and what the description of its series says.

import type { Dictionary } from '../../dicom/dictionary.ts';
import type { Header } from '../../dicom/header.ts';
import { describedNames } from '../../select/classify-rule.ts';
import type { InstanceFacts } from '../../select/classify.ts';
import { valuesIn } from './series-values.ts';

/** What is known of a series before it has classes. */
export interface SeriesOfInstance {
  readonly NumImages: number;
  /** Its folder. */
  readonly Path: string;
}

/** Facts of one instance, for classification. */
export function instanceFacts(header: Header, series: SeriesOfInstance, dictionary: Dictionary): InstanceFacts {
  return {
    value: (field) => {
      const described = describedNames.find((name) => name === field);
      if (described === undefined) return valuesIn(header, field, dictionary);
      switch (described) {
        case 'NumFiles': case 'NumImages': case 'NumSlices': return [String(series.NumImages)];
        case 'Path': return [series.Path];
        case 'ReferringPhysician': return valuesIn(header, 'ReferringPhysicianName', dictionary);
      }
    },
  };
}
