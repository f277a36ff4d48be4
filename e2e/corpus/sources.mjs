/** Which files of a checkout are source code, and how ESLint is set up for each: the same for every run over real code. */
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import * as typescriptParser from "@typescript-eslint/parser";

const sourceFile = /\.(?:[cm]?[jt]s|[jt]sx|vue|svelte)$/;
/** Folders that hold other people's code, or none. */
export const generatedFolder = new Set(["node_modules", ".git", ".yarn", ".pnpm-store"]);
/** Every file of the corpus that is larger is a bundle, generated data or a drawing. */
const largestFile = 1_000_000;

/** All source files below a folder, in a fixed order. Links are not followed. */
export function sourceFiles(folder) {
  const found = { files: [], tooLarge: [] };
  const todo = [folder];
  for (let next = todo.pop(); next !== undefined; next = todo.pop()) {
    for (const entry of readdirSync(next, { withFileTypes: true })) {
      const path = join(next, entry.name);
      if (entry.isDirectory() && !generatedFolder.has(entry.name)) todo.push(path);
      if (!entry.isFile() || !sourceFile.test(entry.name)) continue;
      (statSync(path).size > largestFile ? found.tooLarge : found.files).push(path);
    }
  }
  found.files.sort();
  return found;
}

/**
 * The preset for one file. Comments of the checked code neither configure nor disable anything.
 *
 * @param setup - `preset`, a configuration of the plugin, and `settings` for `settings.floodgate`.
 * @param checkout - Where the TypeScript projects are looked for; none without types.
 */
export async function configFor({ preset, settings }, file, checkout) {
  const parserOptions = {
    ecmaFeatures: { jsx: /\.(?:[cm]?js|[jt]sx)$/.test(file) },
    ...(checkout ? { projectService: true, tsconfigRootDir: checkout } : {}),
  };
  const component = /\.(vue|svelte)$/.exec(file)?.[1];
  const parser = component ? await import(`${component}-eslint-parser`) : typescriptParser;
  if (component) {
    parserOptions.parser = typescriptParser;
    parserOptions.extraFileExtensions = [`.${component}`];
  }
  // ESLint takes no file of its own accord that only `**/*` matches, apart from JavaScript.
  const everyFile = ["**/*.{js,cjs,mjs,jsx,ts,cts,mts,tsx,vue,svelte}"];
  return [
    ...[preset].flat().map((config) => ({ ...config, files: everyFile })),
    {
      files: everyFile,
      languageOptions: { parser, parserOptions },
      linterOptions: { reportUnusedDisableDirectives: "off" },
      settings: { floodgate: settings },
    },
  ];
}
