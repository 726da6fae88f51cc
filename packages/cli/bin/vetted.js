#!/usr/bin/env node
import { run } from '../bundle/main.js';

process.exitCode = await run(process.argv.slice(2));
// A connection or a timer that a library keeps must not hold the prompt back; what was printed must be out before.
// An output that fails tells of it only after its last write is answered.
process.stdout.write('', () => process.stderr.write('', () => setImmediate(() => process.exit())));
