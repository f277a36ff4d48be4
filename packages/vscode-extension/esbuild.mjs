/**
 * Bundles the extension and its server. Each bundle but `extension.js` runs in Node and in a browser's worker alike: what
 * only one of them has is imported when it is known where we are. So the package holds the language client and the
 * parser once. Native parts stay out: one package serves every platform.
 *
 *   dist/extension.js          what Node loads at activation: commands and status item
 *   dist/extension-browser.js  the language client; also the whole extension for a browser, where it must be one file
 *   dist/server.js             the server
 *   dist/ThirdPartyNotices.txt whose code is in them, and its licences
 *
 * `--meta` prints what each bundle is made of. `--small` makes them a twentieth smaller, for the package: that takes longer
 * than all the rest.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { minify } from "terser";
import { leaner } from "./scripts/leaner.mjs";
import { noticesOf } from "./scripts/notices.mjs";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

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
  absWorkingDir: here("."),
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
  plugins: [...leaner, clientApart],
});
writeFileSync(here("dist/ThirdPartyNotices.txt"), noticesOf(metafile, here(".")));

for (const [path, { inputs }] of Object.entries(metafile.outputs)) {
  let code = readFileSync(here(path), "utf8");
  if (process.argv.includes("--small")) {
    // Never run, and yet how Node knows the names that a CommonJS module exports: terser would take it away.
    const [names = ""] = /0&&\(module\.exports=\{[^}]*\}\);\s*$/.exec(code) ?? [];
    const options = { compress: { passes: 2 }, toplevel: true, format: { comments: false } };
    code = `${(await minify(code, options)).code}${names}`;
    writeFileSync(here(path), code);
  }
  console.log(`${path} ${(code.length / 1000).toFixed(0)} kB`);
  if (!process.argv.includes("--meta")) continue;
  const largest = Object.entries(inputs).sort(([, a], [, b]) => b.bytesInOutput - a.bytesInOutput);
  for (const [input, { bytesInOutput }] of largest.slice(0, 25)) console.log(`  ${bytesInOutput} ${input}`);
}
