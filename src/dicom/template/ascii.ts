// Letters of other alphabets than ASCII in its letters, as far as readers of Latin script would write them so.

/** Latin letters that Unicode does not take apart into a letter and a mark. */
const LETTERS: Readonly<Record<string, string>> = {
  'Æ': 'AE', 'æ': 'ae', 'Œ': 'OE', 'œ': 'oe', 'Ø': 'O', 'ø': 'o', 'ẞ': 'SS', 'ß': 'ss', 'Ð': 'D', 'ð': 'd',
  'Đ': 'D', 'đ': 'd', 'Þ': 'Th', 'þ': 'th', 'Ł': 'L', 'ł': 'l', 'Ħ': 'H', 'ħ': 'h', 'ı': 'i', 'Ŋ': 'N', 'ŋ': 'n',
  'Ŧ': 'T', 'ŧ': 't', '‘': '\'', '’': '\'', '“': '"', '”': '"', '–': '-', '—': '-',
};

/** Marks are left out; what has no counterpart in ASCII becomes `_`. */
export function foldToASCII(text: string): string {
  const plain = text.normalize('NFKD').replace(/\p{M}/gu, '');
  return plain.replace(/[^\x00-\x7f]/gu, (character) => LETTERS[character] ?? '_');
}
