import { mkdirSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Puts each built service, with the libraries that it loads, into one file: `services/<name>/bundle/main.js`. A start
 * then reads and resolves one file instead of some two thousand. `dist/` stays as it is, for tests, types and commands.
 */
const root = fileURLToPath(new URL('..', import.meta.url));
const SERVICES = ['identity', 'broker', 'compute', 'storage'];
/** Native code, and what starts threads from files of its own, is loaded from where npm put it. */
const OUTSIDE = ['@node-rs/argon2', 'piscina', '*.node'];
// What CommonJS code expects to be there; a name of our own, for bundled modules may declare the usual one.
const PRELUDE = `
import { createRequire as bundleCreateRequire } from 'node:module';
import { fileURLToPath as bundleFileURLToPath } from 'node:url';
const require = bundleCreateRequire(import.meta.url);
const bundleFilename = bundleFileURLToPath(import.meta.url);
const bundleDirname = bundleFileURLToPath(new URL('.', import.meta.url));
`;

const mainOf = (service) => path.join(root, 'services', service, 'dist', 'main.js');
const bundleOf = (service) => path.join(root, 'services', service, 'bundle', 'main.js');

/** When the newest of the built files changed. */
function newestBuild() {
  const directories = ['packages', 'services'].flatMap((parent) =>
    readdirSync(path.join(root, parent)).map((name) => path.join(root, parent, name, 'dist')),
  );
  const files = directories.flatMap((directory) =>
    statSync(directory, { throwIfNoEntry: false })
      ? readdirSync(directory, { recursive: true }).flatMap((name) =>
          name.endsWith('.js') ? [path.join(directory, name)] : [],
        )
      : [],
  );
  files.push(path.join(root, 'package-lock.json'), fileURLToPath(import.meta.url));
  return Math.max(...files.map((file) => statSync(file).mtimeMs));
}

/** The services whose bundle is not there or older than what it is made of. */
export function staleBundles() {
  const newest = newestBuild();
  return SERVICES.filter(
    (service) =>
      statSync(mainOf(service), { throwIfNoEntry: false }) &&
      (statSync(bundleOf(service), { throwIfNoEntry: false })?.mtimeMs ?? 0) < newest,
  );
}

/** Libraries ask for optional ones that are not installed: those stay questions, to be answered at run time. */
const optionalPackages = {
  name: 'optional-packages',
  setup(build) {
    build.onResolve({ filter: /^[^./]/ }, async ({ path: wanted, pluginData, ...from }) => {
      if (pluginData === 'asked') return undefined;
      const { kind, importer, resolveDir, with: attributes } = from;
      const found = await build.resolve(wanted, { kind, importer, resolveDir, with: attributes, pluginData: 'asked' });
      return found.errors.length > 0 ? { path: wanted, external: true } : undefined;
    });
  },
};

export async function bundle(service) {
  const { build } = await import('esbuild');
  mkdirSync(path.dirname(bundleOf(service)), { recursive: true });
  await build({
    absWorkingDir: root,
    entryPoints: [mainOf(service)],
    outfile: bundleOf(service),
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    // Nest and TypeORM know classes by their names.
    keepNames: true,
    external: OUTSIDE,
    define: { __filename: 'bundleFilename', __dirname: 'bundleDirname' },
    banner: { js: PRELUDE },
    plugins: [optionalPackages],
    logLevel: 'error',
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await Promise.all(staleBundles().map(bundle));
}
