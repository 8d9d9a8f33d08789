// The version of the program, from package.json when it is built.

import packageJson from '../package.json' with { type: 'json' };

export const VERSION: string = packageJson.version;
