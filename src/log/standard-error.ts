// Standard error: where commands say what goes wrong.
//
// Never fails the work that is spoken of: where stderr cannot be written (its reader is gone, its disk is full) the
// text is lost, because there is no place left to say so; events stand in the event log all the same.

let isOpen = false;

export function writeError(text: string): void {
  if (!isOpen) process.stderr.on('error', () => undefined);
  isOpen = true;
  process.stderr.write(text);
}
