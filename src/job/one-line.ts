// Text that came from outside, from the network or a core, made fit for a line of a log or a terminal: an AE title or a
// patient's name may hold escape sequences that clear a screen, or characters that turn the direction of writing.
//
// Letters of all scripts stay as they are, also the joiners that some of them need.

/** Control characters shown as escapes: a line stays a line, a terminal unharmed. Twice is the same as once. */
export function oneLine(text: string): string {
  return text.replace(/(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (character) => {
    const code = character.codePointAt(0) ?? 0;
    if (code > 0xffff) return `\\u{${code.toString(16)}}`;
    return code > 0xff ? `\\u${code.toString(16).padStart(4, '0')}` : `\\x${code.toString(16).padStart(2, '0')}`;
  });
}

/** JSON, indented or not, with the same characters as escapes of JSON: it parses to the same value. */
export function harmlessJson(json: string): string {
  return json.replace(/(?![\n\u200c\u200d])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (character) => {
    const units = Array.from({ length: character.length }, (_, index) => character.charCodeAt(index));
    return units.map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`).join('');
  });
}
