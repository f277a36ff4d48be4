/** Whose code is in the bundles: every package that esbuild took something of, with its licence in full. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

/** Licences that ask for no more than to be passed on; another one is for a person to read first. */
const known = ["MIT", "ISC", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause"];

/**
 * @param {import("esbuild").Metafile} metafile
 * @param {string} from - what its paths are relative to
 * @returns the text that has to come with the bundles.
 * @throws {Error} when a package has no licence, or one that nobody has read yet.
 */
export function noticesOf({ outputs }, from) {
  const used = Object.values(outputs).flatMap(({ inputs }) =>
    Object.entries(inputs).flatMap(([input, { bytesInOutput }]) => (bytesInOutput > 0 ? [input] : [])),
  );
  const folders = new Set(
    used
      .filter((input) => input.includes("node_modules/"))
      .map((input) => packageFolder(resolve(from, input))),
  );
  const notices = new Map();
  for (const folder of folders) {
    const { name, version, license } = manifestOf(folder);
    const file = readdirSync(folder).find((entry) => /^licen[cs]e([.-]|$)/i.test(entry));
    if (!known.includes(license) || file === undefined)
      throw new Error(`${name} ${version} in ${folder}: licence ${license}, file ${file}`);
    const text = readFileSync(join(folder, file), "utf8").trim().replaceAll("\r\n", "\n");
    notices.set(text, [...(notices.get(text) ?? []), `${name} ${version} (${license})`]);
  }
  const parts = [...notices].map(([text, names]) => ({ names: [...new Set(names)].sort(), text }));
  parts.sort((a, b) => a.names[0].localeCompare(b.names[0], "en"));
  return [
    "Floodgate for VS Code contains code of the packages named below, some of it shortened, under these licences.",
    ...parts.map(({ names, text }) => `${names.join("\n")}\n\n${text}`),
  ]
    .join(`\n\n${"-".repeat(80)}\n\n`)
    .concat("\n");
}

/** The folder of the package that a file belongs to: the nearest one with a named `package.json`. */
function packageFolder(file) {
  let folder = dirname(file);
  while (!existsSync(join(folder, "package.json")) || manifestOf(folder).name === undefined)
    folder = dirname(folder);
  return folder;
}

const manifestOf = (folder) => JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
