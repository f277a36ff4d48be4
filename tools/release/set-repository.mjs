// Writes where the repository is into every package.json: npm, provenance and the Marketplace read it there.
//
//   node tools/release/set-repository.mjs https://github.com/<owner>/<name>

import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const [address] = process.argv.slice(2);
if (!/^https:\/\/[\w.-]+\/[\w.-]+\/[\w.-]+$/u.test(address ?? "") || address.endsWith(".git")) {
  console.error(`Expected an address such as https://github.com/<owner>/<name>, got \`${address ?? ""}\`.`);
  process.exit(2);
}

const manifest = (folder) => fileURLToPath(new URL(`../../${folder}/package.json`, import.meta.url));
const { homepage } = JSON.parse(readFileSync(manifest("."), "utf8"));
const before = homepage.replace(/#.*$/u, "");

for (const folder of [
  ".",
  ...["runtime", "eslint-plugin", "language-server", "vscode-extension"].map((name) => `packages/${name}`),
]) {
  const text = readFileSync(manifest(folder), "utf8");
  writeFileSync(manifest(folder), text.replaceAll(before, address));
}
