// Writes the verdict table of the analysis into docs/how-it-decides.md. Needs a build.
//
//   node tools/update-verdict-table.mjs

import { readFileSync, writeFileSync } from "node:fs";
import prettier from "prettier";
import { verdictTable } from "../packages/eslint-plugin/dist/analysis/verdict.js";
import { withVerdictTable } from "./verdict-table.mjs";

const document = new URL("../docs/how-it-decides.md", import.meta.url);
const text = withVerdictTable(readFileSync(document, "utf8"), verdictTable);
writeFileSync(document, await prettier.format(text, { parser: "markdown" }));
