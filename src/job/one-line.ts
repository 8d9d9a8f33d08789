// Text that came from outside, from the network or a core, made fit for a line of a log or a terminal.

/** Control characters shown as escapes: a line stays a line, a terminal unharmed. Doing so twice changes nothing more. */
export function oneLine(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, (character) => {
    const code = character.charCodeAt(0);
    return code > 0xff ? `\\u${code.toString(16)}` : `\\x${code.toString(16).padStart(2, '0')}`;
  });
}
