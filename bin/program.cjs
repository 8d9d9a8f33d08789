// Compiles the program, dist/dts.cjs, from its code cache where there is one.
//
// Why: cron starts `dts` every minute, and compiling the program takes longer than what a tick with nothing to do does.
// `npm run build` keeps the compiled code of such a tick in dist/dts.cache. V8 refuses a cache that another version of
// it made, and compiles; so a cache can be missing or stale and never wrong.

'use strict';

const { readFileSync } = require('node:fs');
const { createRequire, wrap } = require('node:module');
const { dirname, join } = require('node:path');
const { Script } = require('node:vm');

const PROGRAM_FILE = join(dirname(__dirname), 'dist', 'dts.cjs');
const CACHE_FILE = join(dirname(__dirname), 'dist', 'dts.cache');

/**
 * Reads the file, which is ASCII.
 * @returns the script, for whoever makes its cache, and a function that runs it as Node.js would run the file
 */
function compileProgram() {
  const cachedData = readCache();
  const script = new Script(wrap(readFileSync(PROGRAM_FILE, 'latin1')), { filename: PROGRAM_FILE, cachedData });
  const start = () => {
    const module = { exports: {} };
    script.runInThisContext()(module.exports, createRequire(PROGRAM_FILE), module, PROGRAM_FILE, dirname(PROGRAM_FILE));
  };
  return { script, start };
}

/** undefined where there is none */
function readCache() {
  try {
    return readFileSync(CACHE_FILE);
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}

module.exports = { compileProgram, PROGRAM_FILE, CACHE_FILE };
