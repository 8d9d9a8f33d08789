// Registers peggy-loader.mjs: `node --import tsx --import ./test/peggy-register.mjs --test …`.

import { register } from 'node:module';

register('./peggy-loader.mjs', import.meta.url);
