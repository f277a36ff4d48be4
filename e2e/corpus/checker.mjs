/** `floodgate check` of one build, without types and with the `recommended` preset, for files anywhere on the disk. */
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

/**
 * @param build - A checkout of this project, built.
 * @returns A function that takes paths and gives, for each file with a decision, its name, its text and its decisions.
 */
export async function checkerOf(build) {
  const from = (path) => import(pathToFileURL(resolve(build, "packages", path)).href);
  const { resolvePolicy } = await from("eslint-plugin/dist/analysis/index.js");
  const disk = await from("eslint-plugin/dist/eslint/neighbour.js");
  const { checkFiles } = await from("language-server/dist/cli/check-files.js");
  const { createEngine } = await from("language-server/dist/engine/engine.js");
  const { loadNativeParser } = await from("language-server/dist/engine/parse-native.js");
  const { presetConfig } = await from("language-server/dist/engine/rule-config.js");
  const engine = createEngine(loadNativeParser().parser, { disk });
  const defaults = presetConfig(resolvePolicy({}).policy);
  return async (files) =>
    (await checkFiles(files, { engine, cwd: process.cwd(), defaults, fix: false, remedies: false })).results;
}
