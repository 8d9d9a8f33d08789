// dts config: the configuration's schema, its effective values, a start of one's own.

import { formatEffectiveConfiguration } from '../config/format-configuration.ts';
import { addSite, declare, type CommonOptions, type Declaration } from './declaration.ts';
import { EXIT } from './exit-status.ts';
import { openConfiguration } from './open-station.ts';
import { print, printJson } from './print.ts';
import { unknownWord, UsageFault } from './usage-fault.ts';

export const config: Declaration = {
  command: addSite(declare('config', 'show the configuration or its schema, or put down a commented start'))
    .argument('<what>', 'show: the effective configuration; schema: JSON Schemas for editors; '
      + 'init: copy a commented start')
    .argument('[directory]', 'with init: where to'),
  examples: [
    ['dts config show', 'with all defaults filled in, secrets masked'],
    ['dts config schema', 'JSON Schema of each file'],
    ['dts config init /etc/dts', 'a commented start; files that exist are kept'],
  ],
  statuses: [EXIT.inputOutput, EXIT.configuration],
  async run([what, directory], options: CommonOptions) {
    switch (what) {
      case 'show':
        await print(formatEffectiveConfiguration(await openConfiguration(options)));
        return EXIT.done;
      case 'schema': {
        const { readJsonSchemas } = await import('../config/json-schema.ts');
        const schemas = Object.entries(await readJsonSchemas()).map(([file, schema]) => [file, JSON.parse(schema)]);
        await printJson(Object.fromEntries(schemas));
        return EXIT.done;
      }
      case 'init': {
        if (directory === undefined) throw new UsageFault('init needs the directory to write to');
        const { writeStart } = await import('../config/write-start.ts');
        for (const { file, written } of await writeStart(directory)) {
          await print(`${file}: ${written ? 'written' : 'kept as it is'}\n`);
        }
        return EXIT.done;
      }
      default: throw unknownWord('config', what ?? '', ['show', 'schema', 'init']);
    }
  },
};
