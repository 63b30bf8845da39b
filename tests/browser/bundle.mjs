// SPDX-License-Identifier: GPL-3.0-or-later
//
// Puts a CommonJS package and what it requires into one script for a page.

import { readFileSync } from 'node:fs';
import { createRequire, isBuiltin } from 'node:module';

const require = createRequire(import.meta.url);

/* The browser's side of a package where it names one. A package may bear the name of one
 * of node's own modules; the slash asks for the package. */
function resolve(name, from) {
  const path = createRequire(from).resolve(isBuiltin(name) ? `${name}/` : name);

  if (name.startsWith('.') || !path.includes('/node_modules/debug/'))
    return path;
  return path.replace(/index\.js$/, 'browser.js');
}

/* A script that leaves the package's exports in the global of this name. */
export function bundle(name, global) {
  const modules = new Map();

  const add = (path) => {
    if (modules.has(path))
      return;
    const text = readFileSync(path, 'utf8');
    const links = {};

    modules.set(path, { text, links });
    if (path.endsWith('.json'))
      return;
    for (const [, wanted] of text.matchAll(/require\(['"]([^'"]+)['"]\)/g)) {
      try {
        links[wanted] = resolve(wanted, path);
      } catch {
        continue; /* named in a comment, or for node only */
      }
      if (links[wanted].startsWith('/'))
        add(links[wanted]);
    }
  };
  const entry = require.resolve(name);

  add(entry);
  const table = [...modules].map(([path, { text, links }]) => {
    const body = path.endsWith('.json') ? `module.exports = ${text};` : text;

    return `${JSON.stringify(path)}: [function (require, module, exports) {${body}\n}, ` +
      `${JSON.stringify(links)}]`;
  });

  return `(() => {
const table = {${table.join(',\n')}};
const loaded = {};
const load = (path) => {
  if (!loaded[path]) {
    const module = loaded[path] = { exports: {} };
    const [run, links] = table[path];
    run.call(module.exports, (name) => load(links[name]), module, module.exports);
  }
  return loaded[path].exports;
};
globalThis[${JSON.stringify(global)}] = load(${JSON.stringify(entry)});
})();`;
}
