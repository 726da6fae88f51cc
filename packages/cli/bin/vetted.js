#!/usr/bin/env node
import { run } from '../dist/main.js';

const exitCode = await run(process.argv.slice(2));
// A connection or a timer that a library keeps must not hold the prompt back; what was printed must be out before.
process.stdout.write('', () => process.stderr.write('', () => process.exit(exitCode)));
