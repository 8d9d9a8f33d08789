// Which names of a bundle's entries can be taken for what they say: relative paths that stay where they are.

/** @returns what is wrong with a name, undefined where nothing is */
export function findNameFault(name: string): string | undefined {
  if (name === '') return 'it has no name';
  if (name.includes('\0')) return 'its name holds a NUL';
  if (/^(?:[/\\]|[A-Za-z]:)/.test(name)) return 'its path is absolute';
  if (name.split(/[/\\]/).includes('..')) return 'its path leads out of the folder';
  return undefined;
}
