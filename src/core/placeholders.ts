// Puts the folders of a run into the command of a core, as the original does: `{}` `{input}` `{output}` `{descr}`
// `{output_json}`, and `{dts}` for cores that come with the station.
//
// Each argument stays one argument whatever a folder is called; nothing is ever given to a shell.

import { join } from 'node:path';

/** The folders as the core sees them: on the host for a process, inside it for a container. Absolute paths. */
export interface CoreFolders {
  /** Holds input/, descr.json, input_view_dicom_series/ and mercure/. */
  readonly data: string;
  readonly output: string;
  /** The program's root folder; absent where the core cannot see it, and `{dts}` then stays as it is. */
  readonly dts?: string;
}

/** What a container sees, the original's contract. */
export const CONTAINER_FOLDERS: CoreFolders = { data: '/data', output: '/output' };

/** The folder with the selected instances; MONAI_INPUTPATH and its like name it, too. */
export function inputFolder(folders: CoreFolders): string {
  return join(folders.data, 'input');
}

/** The same instances under the names that mercure gives them, and task.json. */
export function mercureFolder(folders: CoreFolders): string {
  return join(folders.data, 'mercure');
}

/** The file with the values that a core found. */
export function outputJson(folders: CoreFolders): string {
  return join(folders.output, 'output.json');
}

/** Program and arguments with every placeholder replaced, also inside of words, and never twice. */
export function fillPlaceholders(command: readonly string[], folders: CoreFolders): string[] {
  const values: Record<string, string | undefined> = {
    '{}': folders.data,
    '{input}': inputFolder(folders),
    '{output}': folders.output,
    '{descr}': join(folders.data, 'descr.json'),
    '{output_json}': outputJson(folders),
    '{dts}': folders.dts,
  };
  return command.map((argument) =>
    argument.replace(/\{(?:|input|output|descr|output_json|dts)\}/g, (name) => values[name] ?? name));
}
