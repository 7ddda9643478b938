import * as nodeModule from 'node:module';
import { join } from 'node:path';

/**
 * From Node 22.8 on, compiled code is kept for the next start. In node_modules, not in the shared folder for temporary files: what lies in
 * it is run. Where nothing can be written, there is no cache and nothing else changes.
 */
const { enableCompileCache } = nodeModule as { enableCompileCache?: (directory: string) => unknown };
enableCompileCache?.(join(__dirname, '../../../../node_modules/.cache/credence'));
