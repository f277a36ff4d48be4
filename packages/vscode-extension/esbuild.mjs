/**
 * Bundles the extension and its server. Each bundle but `extension.js` runs in Node and in a browser's worker alike: what
 * only one of them has is imported when it is known where we are. So the package holds the language client and the
 * parser once. Native parts stay out: one package serves every platform.
 *
 *   dist/extension.js          what Node loads at activation: commands and status item
 *   dist/extension-browser.js  the language client; also the whole extension for a browser, where it must be one file
 *   dist/server.js             the server
 *
 * `--meta` prints what each bundle is made of.
 */
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

/**
 * The scope analysis brings the names of every global of every TypeScript `lib`; we ask it for none (`lib: []`).
 *
 * @type {import("esbuild").Plugin}
 */
const withoutLibraryGlobals = {
  name: "without-library-globals",
  setup({ onLoad }) {
    onLoad({ filter: /scope-manager[\\/]dist[\\/]lib[\\/]index\.js$/ }, () => ({
      contents: "exports.lib = new Map();",
    }));
  },
};

/**
 * What we do not need of Babel's parser: the Flow dialect, and locations whose ends have a hidden property. Hiding makes
 * each of them a slow object: a third of the time of a parse, and more garbage than anything else. We read no locations.
 *
 * @type {import("esbuild").Plugin}
 */
const leanerParser = {
  name: "leaner-parser",
  setup({ onLoad }) {
    onLoad({ filter: /@babel[\\/]parser[\\/]lib[\\/]index\.js$/ }, async ({ path }) => {
      let contents = await readFile(path, "utf8");
      for (const [what, pattern, replacement] of [
        ["toESTreeLocation", /(function toESTreeLocation\(node\) \{)[^}]*\}/, "$1 return node; }"],
        ["Flow", /^var flow = superClass => class FlowParserMixin [\s\S]*?^\};$/m, "var flow = undefined;"],
      ]) {
        const without = contents.replace(pattern, replacement);
        if (without === contents) throw new Error(`@babel/parser has changed: there is no ${what} in it`);
        contents = without;
      }
      return { contents };
    });
  },
};

/**
 * The language client compares the editor's version with the one it needs, which our manifest's `engines.vscode` does.
 *
 * @type {import("esbuild").Plugin}
 */
const withoutVersionCheck = {
  name: "without-version-check",
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]semver[\\/]functions[\\/](parse|satisfies)\.js$/ }, () => ({
      contents: "module.exports = () => ({ prerelease: [] });",
    }));
  },
};

/** @type {import("esbuild").Plugin} */
const clientApart = {
  name: "client-apart",
  setup({ onResolve }) {
    onResolve({ filter: /\/extension-browser\.ts$/ }, ({ kind }) =>
      kind === "entry-point" ? undefined : { path: "./extension-browser.js", external: true },
    );
  },
};

const { metafile } = await build({
  entryPoints: {
    extension: here("src/extension.ts"),
    "extension-browser": here("src/extension-browser.ts"),
    server: here("scripts/server.mjs"),
  },
  outdir: here("dist"),
  bundle: true,
  minify: true,
  legalComments: "none",
  logLevel: "warning",
  metafile: true,
  platform: "node",
  target: ["node20", "es2022"],
  conditions: ["@floodgate/source", "node", "browser"],
  external: ["vscode"],
  plugins: [withoutLibraryGlobals, leanerParser, withoutVersionCheck, clientApart],
});

for (const [path, { bytes, inputs }] of Object.entries(metafile.outputs)) {
  console.log(`${path} ${(bytes / 1000).toFixed(0)} kB`);
  if (!process.argv.includes("--meta")) continue;
  const largest = Object.entries(inputs).sort(([, a], [, b]) => b.bytesInOutput - a.bytesInOutput);
  for (const [input, { bytesInOutput }] of largest.slice(0, 25)) console.log(`  ${bytesInOutput} ${input}`);
}
