// A table of a Markdown page.

/** @param rows cells in the order of the head; a vertical bar within one is escaped */
export function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  return [head, head.map(() => '---'), ...rows].map(formatRow).join('');
}

function formatRow(cells: readonly (string | number)[]): string {
  return `| ${cells.map((cell) => String(cell).replaceAll('|', '\\|')).join(' | ')} |\n`;
}
