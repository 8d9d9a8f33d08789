// Builds dist/: the program as one file with the compiled code of a tick beside it, and the example core.
//
// Why one file and a code cache: cron starts `dts` every minute, and a tick with nothing to do should cost little more
// than `node -e 0`. Within the file, what a command does not need is neither compiled nor run (see the lazy imports in
// src/commands). The DICOM libraries and those for JSON Schemas and XML stay in node_modules and are loaded by the commands that use them.

import { spawnSync } from 'node:child_process';
import { chmod, mkdtemp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import Module from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Script } from 'node:vm';
import { build } from 'esbuild';
import peggy from 'peggy';

/** Compiles `*.peggy` grammars while bundling, so that no parser generator is needed at run time. */
const grammars = {
  name: 'peggy',
  setup(bundler) {
    bundler.onLoad({ filter: /\.peggy$/ }, async ({ path }) => ({
      contents: peggy.generate(await readFile(path, 'utf8'), { output: 'source', format: 'es' }),
      loader: 'js',
    }));
  },
};

/**
 * Commander loads node:child_process, and with it the network and stream modules, for subcommands that are programs of
 * their own. We have none, and the modules would cost every tick three milliseconds.
 */
const noChildProcess = {
  name: 'commander-without-child-process',
  setup(bundler) {
    bundler.onResolve({ filter: /^(node:)?child_process$/ }, ({ importer }) => {
      return importer.includes('/commander/') ? { path: 'child_process', namespace: 'absent' } : undefined;
    });
    bundler.onLoad({ filter: /.*/, namespace: 'absent' }, () => ({ contents: 'module.exports = {};' }));
  },
};

const common = {
  bundle: true,
  platform: 'node',
  target: 'node20',
  mainFields: ['module', 'main'],
  external: ['dcmjs', 'dcmjs-codecs', 'dcmjs-dimse', 'ajv', 'saxes'],
  plugins: [grammars, noChildProcess],
  minifySyntax: true,
  minifyWhitespace: true,
  sourcemap: true,
  logLevel: 'warning',
};

const before = { program: await readIfThere('dist/dts.cjs'), cache: await readIfThere('dist/dts.cache') };
await rm('dist', { recursive: true, force: true });
await build({
  ...common,
  entryPoints: ['src/cli.ts'],
  outfile: 'dist/dts.cjs',
  format: 'cjs',
  supported: { 'dynamic-import': false }, // becomes a lazy require
  define: { 'import.meta.url': 'dtsFileURL' },
  banner: { js: "const dtsFileURL=require('node:url').pathToFileURL(__filename).href;" },
});
await build({
  ...common,
  entryPoints: ['src/demo/example-core/main.ts'],
  outfile: 'dist/example-core.mjs',
  format: 'esm',
  banner: {
    js: "import{createRequire as dtsCreateRequire}from'node:module';"
      + 'const require=dtsCreateRequire(import.meta.url);',
  },
});
// No two caches of one program are the same to the byte: the one that fits is kept, so that building again changes
// nothing.
if (await fitsAgain(before)) await writeFile('dist/dts.cache', before.cache, { mode: 0o644 });
else await writeCodeCache();

/** Whether the program is the one that was there before, and V8 still takes its cache. */
async function fitsAgain({ program, cache }) {
  if (program === undefined || cache === undefined || !program.equals(await readFile('dist/dts.cjs'))) return false;
  return !new Script(Module.wrap(program.toString('latin1')), { cachedData: cache }).cachedDataRejected;
}

async function readIfThere(path) {
  try {
    return await readFile(path);
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Runs a tick that finds nothing to do, and keeps what V8 compiled for it. */
async function writeCodeCache() {
  const scratch = await mkdtemp(join(tmpdir(), 'dts-build-'));
  try {
    await mkdir(join(scratch, 'data'));
    await writeFile(join(scratch, 'config.json'), JSON.stringify({ datadir: join(scratch, 'data') }));
    const warmUp = `
      const { compileProgram, CACHE_FILE } = require('./bin/program.cjs');
      const program = compileProgram();
      process.on('exit', () => require('node:fs').writeFileSync(CACHE_FILE, program.script.createCachedData()));
      program.start();`;
    const words = ['scan-arrived', '--config', scratch];
    const { status, stderr } = spawnSync(process.execPath, ['-e', warmUp, '--', 'dts', ...words], { encoding: 'utf8' });
    if (status !== 0) throw new Error(`the program does not start: ${stderr}`);
    await chmod('dist/dts.cache', 0o644); // the program's own umask is stricter, and the station's user must read it
  } finally {
    await rm(scratch, { recursive: true });
  }
}
