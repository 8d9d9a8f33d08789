// Who asks for a change: the name that is told to others. It proves nothing; whoever may write the station's files may
// call himself what he likes.

import { userInfo } from 'node:os';
import { codeOf } from '../spool/error-code.ts';

/** The user's name; of one who works as the station's user by sudo, his own. */
export function personName(): string {
  const { SUDO_USER } = process.env;
  return SUDO_USER === undefined || SUDO_USER === '' ? ownName() : SUDO_USER;
}

/** Within a container the user may have no name. */
function ownName(): string {
  try {
    return userInfo().username;
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    return `uid ${process.getuid?.() ?? 'unknown'}`;
  }
}
