// Builds dist/: one small entry for the command line, one chunk for each thing that is imported lazily.
//
// Why a bundle: cron starts `dts` every minute, and a tick with nothing to do should cost little more than `node -e 0`.
// Reading a hundred small files would cost more than the tick's work. What is large and rarely needed (dcmjs,
// dcmjs-dimse) stays in node_modules and is loaded by the commands that use it.

import { build } from 'esbuild';
import { readFile, rm, writeFile } from 'node:fs/promises';
import peggy from 'peggy';

const external = ['dcmjs', 'dcmjs-dimse'];

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

await rm('dist', { recursive: true, force: true });
await build({
  entryPoints: { dts: 'src/cli.ts', 'example-core': 'src/demo/example-core/main.ts' },
  outdir: 'dist',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  mainFields: ['module', 'main'],
  outExtension: { '.js': '.mjs' },
  chunkNames: 'chunks/[name]-[hash]',
  external,
  plugins: [grammars, noChildProcess],
  minifySyntax: true,
  minifyWhitespace: true,
  sourcemap: true,
  banner: { js: "import{createRequire as dtsCreateRequire}from'node:module';const require=dtsCreateRequire(import.meta.url);" },
  logLevel: 'warning',
});
await writeFile('dist/package.json', '{"type":"module"}\n');
