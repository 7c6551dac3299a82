#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import process from 'node:process';
import { processIo } from './process-io.ts';
import { run } from './run.ts';

// Beside src/ and beside dist/ alike.
const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { readonly version: string };

// Not `process.exit`: what was written must still reach its reader.
process.exitCode = await run(process.argv.slice(2), processIo(process, version));
