// The packages of the pages and their tests live in one place with one lock file: server/web.
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../..');
const require = createRequire(path.join(root, 'server/web/package.json'));

export async function packageOf(name) {
    const loaded = await import(pathToFileURL(require.resolve(name)).href);
    return loaded.default && Object.keys(loaded).length <= 2 ? loaded.default : loaded;
}

export function pathOf(name) {
    return require.resolve(name);
}
