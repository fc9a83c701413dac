// Copies the built pages to where the hub looks for them: node install.mjs FROM TO (DESTDIR is respected).
import fs from 'node:fs';
import path from 'node:path';

const [from, to] = process.argv.slice(2);
const prefix = process.env.MESON_INSTALL_DESTDIR_PREFIX ?? process.env.MESON_INSTALL_PREFIX ?? '/';
const plain = process.env.MESON_INSTALL_PREFIX ?? '/';
const target = path.join(prefix, path.isAbsolute(to) ? path.relative(plain, to) : to);
fs.rmSync(target, { recursive: true, force: true });
fs.cpSync(from, target, { recursive: true });
