/**
 * `floodgate check --types off --strict --format json` for files that see nothing of the files they import: what a host finds
 * that cannot parse these. Takes the name of a file with one path per line.
 */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { resolvePolicy } from "../../packages/eslint-plugin/dist/analysis/index.js";
import * as disk from "../../packages/eslint-plugin/dist/eslint/neighbour.js";
import { checkFiles } from "../../packages/language-server/dist/cli/check-files.js";
import { json } from "../../packages/language-server/dist/cli/formats/json.js";
import { createEngine } from "../../packages/language-server/dist/engine/engine.js";
import { loadNativeParser } from "../../packages/language-server/dist/engine/parse-native.js";
import { presetConfig } from "../../packages/language-server/dist/engine/rule-config.js";

const files = readFileSync(process.argv[2], "utf8").split("\n").filter(Boolean);
const outcome = await checkFiles(
  files.map((file) => resolve(file)),
  {
    engine: createEngine(loadNativeParser().parser, { disk: { ...disk, neighbourOf: () => undefined } }),
    cwd: process.cwd(),
    defaults: presetConfig(resolvePolicy({ strictness: "strict" }).policy),
    fix: false,
    remedies: true,
  },
);
for (const { fileName, message } of outcome.notices) process.stderr.write(`${fileName ?? ""} ${message}\n`);
process.stdout.write(json(outcome, false));
