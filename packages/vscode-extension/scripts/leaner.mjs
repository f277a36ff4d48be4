/** What the bundles leave out of the packages they are made of, because nothing of it is ever used here. */
import { readFile } from "node:fs/promises";

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
 * What we do not need of Babel's parser: Flow, two dialects of its own, and locations whose ends have a hidden property.
 * Hiding makes each of them a slow object: a third of the time of a parse, and more garbage than anything else. We read no
 * locations.
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
        ...["flow", "placeholders", "v8intrinsic"].map((dialect) => [
          dialect,
          new RegExp(`^var ${dialect} = superClass => class \\w+ [^]*?^\\};$`, "m"),
          `var ${dialect} = undefined;`,
        ]),
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

/**
 * The language client matches globs of document selectors and of file operations. Our selector has none, our server asks
 * for no file operations, and what it watches the editor matches itself.
 *
 * @type {import("esbuild").Plugin}
 */
const withoutGlobs = {
  name: "without-globs",
  setup({ onLoad, onResolve }) {
    onResolve({ filter: /^minimatch$/ }, ({ path }) => ({ path, namespace: "left out" }));
    onLoad({ filter: /^minimatch$/, namespace: "left out" }, () => ({
      contents:
        'exports.Minimatch = class { constructor(glob) { throw new Error("Globs are not bundled: " + glob); } };',
    }));
  },
};

/** What our server does not offer, as the language client's files name it. Left out, the client does not announce it. */
const notOffered = [
  ..."callHierarchy codeLens colorProvider completion declaration definition documentHighlight documentLink".split(
    " ",
  ),
  ..."documentSymbol fileOperations foldingRange formatting implementation inlineCompletion inlineValue".split(
    " ",
  ),
  ..."linkedEditingRange reference rename selectionRange semanticTokens signatureHelp textDocumentContent".split(
    " ",
  ),
  ..."typeDefinition typeHierarchy workspaceSymbol".split(" "),
];

/** @type {import("esbuild").Plugin} */
const withoutFeatures = {
  name: "without-features",
  setup({ onLoad }) {
    const names = notOffered.join("|");
    const common = String.raw`vscode-languageclient[\\/]lib[\\/]common[\\/]`;
    onLoad({ filter: new RegExp(`${common}(?:${names})\\.js$`) }, () => ({ contents: "" }));
    onLoad({ filter: new RegExp(`${common}client\\.js$`) }, async ({ path }) => {
      const contents = await readFile(path, "utf8");
      for (const name of notOffered)
        if (!contents.includes(`new ${name}_1.`)) throw new Error(`vscode-languageclient has no ${name}`);
      const registered = new RegExp(
        String.raw`this\.registerFeature\(new (?:${names})_1\.\w+\(this\)\);`,
        "g",
      );
      return { contents: contents.replace(registered, "") };
    });
  },
};

export const leaner = [
  withoutLibraryGlobals,
  leanerParser,
  withoutVersionCheck,
  withoutGlobs,
  withoutFeatures,
];
