// All packages have one version, and it stands in more places than `changeset version` knows.
//
//   node tools/release/versions.mjs           writes the version of packages/runtime everywhere
//   node tools/release/versions.mjs --check   changes nothing, and fails where another one stands

import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const { version } = JSON.parse(readFileSync(join(root, "packages/runtime/package.json"), "utf8"));

/** Where it stands: a pattern with the version between two groups. */
const places = [
  ...packagesBelow("packages").map((file) => [file, /^( {2}"version": ")[^"]+(",)$/mu]),
  ["packages/language-server/package.json", /("eslint-plugin-floodgate": ")[^"]+(")/u],
  ["packages/vscode-extension/package.json", /("@floodgate\/language-server": ")[^"]+(")/u],
  ["packages/eslint-plugin/src/index.ts", /(name: "eslint-plugin-floodgate", version: ")[^"]+(")/u],
  ["packages/language-server/src/version.ts", /(export const version = ")[^"]+(")/u],
  ["examples/fetch-every-user/package.json", /("@floodgate\/runtime": ")[^"]+(")/u],
  ...packagesBelow("examples/ci").map((file) => [
    file,
    /("(?:@floodgate\/[\w-]+|eslint-plugin-floodgate)": "\^)[^"]+(")/gu,
  ]),
];

const wrong = [];
for (const [file, pattern] of places) {
  const path = join(root, file);
  const text = readFileSync(path, "utf8");
  const right = text.replace(pattern, `$1${version}$2`);
  if (!pattern.test(text)) wrong.push(`${file}: no version where one was expected`);
  else if (right !== text) {
    wrong.push(`${file}: not ${version}`);
    if (!process.argv.includes("--check")) writeFileSync(path, right);
  }
}
for (const changelog of ["runtime", "eslint-plugin", "language-server", "vscode-extension"]) {
  const file = `packages/${changelog}/CHANGELOG.md`;
  const text = readFileSync(join(root, file), "utf8");
  if (!text.includes(`\n## ${version}\n`)) wrong.push(`${file}: nothing about ${version}`);
}

if (process.argv.includes("--check") && wrong.length > 0) {
  console.error(`The version is ${version}, but\n${wrong.map((line) => `  ${line}`).join("\n")}`);
  process.exitCode = 1;
}

function packagesBelow(folder) {
  return readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .map((file) => join(folder, file).replaceAll("\\", "/"))
    .filter(
      (file) =>
        file.endsWith("/package.json") && !/\/(?:node_modules|dist|src|redis|otel|test|media)\//u.test(file),
    );
}
