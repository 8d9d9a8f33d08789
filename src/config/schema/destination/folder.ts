// A destination that is somebody's folders: instances are put there as files named by what they hold.

import * as v from 'valibot';
import { COPIES, ON_COLLISION } from '../../folder-words.ts';
import { strictObject } from '../strict-object.ts';
import { key, nonEmptyText, textThat, yesOrNo } from '../values.ts';
import { everyKind, KINDS } from './every-kind.ts';

/** Digits as chmod takes them. The owner, which is the station, must be able to go on working with what it made. */
function rights(expected: string, ownerNeeds: number) {
  const isRights = (digits: string): boolean => {
    return /^0?[0-7]{3,4}$/.test(digits) && ((parseInt(digits, 8) >> 6) & ownerNeeds) === ownerNeeds;
  };
  return v.pipe(textThat(isRights, expected), v.transform((digits) => parseInt(digits, 8)));
}

export const folderDestination = strictObject({
  type: key(v.literal('folder', KINDS), 'Somebody\'s folders: instances are put there as files, see docs/folders.md.'),
  ...everyKind(),
  path: key(
    nonEmptyText, 'Where each instance goes: a path with values of the instance in braces. The folder in front of the '
    + 'first brace must exist. A path that ends with / names files by their SOPInstanceUID.',
    '/labs/neuro/{PatientID}/{StudyDate:YYYY-MM-DD}/{SeriesNumber:03}_{SeriesDescription}/{InstanceNumber:05}.dcm',
  ),
  mustContain: v.optional(key(
    textThat((name) => /^[^/]{1,255}$/.test(name) && name !== '.' && name !== '..', 'the name of a file or folder'),
    'What must be in the folder in front of the first brace, so that the empty folder on which a disk is not mounted is '
    + 'not filled.', '.mounted',
  )),
  onCollision: v.optional(key(
    v.picklist(ON_COLLISION, ON_COLLISION.map((word) => `"${word}"`).join(', ')),
    'What is done where another dataset has the name: the new one gets a number, the old one stays and the new one is '
    + 'left out (`keep`), the new one takes its place, or the instance fails. The same dataset is always left as it is.',
  ), 'number'),
  copies: v.optional(key(
    v.picklist(COPIES, COPIES.map((word) => `"${word}"`).join(', ')),
    'How the files come to lie there: as copies, as hard links to the station\'s (copies where the folder is on another '
    + 'file system), or as symbolic links into the station\'s archive (copies where the archive does not hold what '
    + 'leaves).',
  ), 'copy'),
  group: v.optional(key(
    textThat((name) => /^[^:/\s]{1,64}$/.test(name), 'the name or number of a group'),
    'The group that files and folders are given to. The station\'s user must be in it.', 'neuro',
  )),
  mode: v.optional(key(
    rights('the rights of files, such as "0640", readable and writable for the owner', 6),
    'The rights of files that are copied.',
  ), '0640'),
  directoryMode: v.optional(key(
    rights('the rights of folders, such as "2750", all of them for the owner', 7),
    'The rights of folders that are made. When left out: 0750, or with `group` 2750, by which what others make in them '
    + 'belongs to the group, too.', '2770',
  )),
  sidecar: v.optional(key(
    yesOrNo, 'Whether a description of each series, <SeriesInstanceUID>.json, lies with its files.',
  ), false),
  ready: v.optional(key(
    nonEmptyText, 'A file that is written when all of a delivery is there, in each folder that got files; with / in '
    + 'front, below the folder in front of the first brace of `path`. Values in braces may stand in it. It lists the files '
    + 'as JSON. Left out: none.', '.ready', '/{StudyInstanceUID}.ready',
  )),
});

export type FolderDestinationEntry = v.InferOutput<typeof folderDestination>;
