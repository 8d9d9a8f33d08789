// The folder that a path template is below, whatever the instance: told without the data dictionary, which takes time
// to load. What is wrong with a path is told by path-template.ts.

/** What stands in front of the first placeholder, up to a slash, or in front of the last name; no slash at its end. */
export function rootOfPath(path: string): string {
  const constant = path.replaceAll('{{', '\0').split('{')[0] ?? '';
  const root = constant.slice(0, Math.max(0, constant.lastIndexOf('/')));
  return root.replaceAll('\0', '{').replaceAll('}}', '}');
}
