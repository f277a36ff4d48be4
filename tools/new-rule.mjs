/**
 * Writes the three files of a rule and its line in the list: `node tools/new-rule.mjs no-unbounded-x`.
 * `packages/eslint-plugin/test/setup.test.ts` then says what is missing: its name in `analysis/model.ts`, and words.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

const name = process.argv[2] ?? "";
if (!/^[a-z]+(?:-[a-z]+)+$/.test(name))
  fail(`Expected the name of a rule, such as no-unbounded-x, got "${name}".`);

const plugin = join(dirname(import.meta.dirname), "packages/eslint-plugin");
const camel = name.replace(/-([a-z])/g, (_, letter) => letter.toUpperCase());

create(
  `src/rules/${name}.ts`,
  `/** Reports … */
import { createRule, messages } from "../eslint/create-rule.ts";
import { policySchema } from "../eslint/policy-schema.ts";
import { reportFindings } from "../eslint/report.ts";

export default createRule({
  name: "${name}",
  meta: {
    type: "problem",
    docs: {
      description: "disallow …",
      recommended: "off",
      strict: "warn",
    },
    hasSuggestions: true,
    messages,
    schema: policySchema,
  },
  create: (context, self) => reportFindings(context, self),
});
`,
);

create(
  `src/rules/${name}.test.ts`,
  `import { filename, untyped } from "../../test/rule-tester.ts";
import rule from "./${name}.ts";

untyped.run("${name}", rule, {
  valid: [{ name: "…", filename, code: "" }],
  invalid: [],
});
`,
);

create(
  `docs/rules/${name}.md`,
  `# floodgate/${name}

What happens, in two sentences.

This rule reports …

## Why

A real incident, with its address.

## ✗ Wrong

\`\`\`ts
\`\`\`

## ✓ Right

\`\`\`ts
\`\`\`

## What the suggestion changes

## Options

<!-- begin auto-generated rule options list -->
<!-- end auto-generated rule options list -->

The same names work for all rules in \`settings.floodgate\`; a rule's own options override them.

## Limitations

## When not to use it
`,
);

const list = join(plugin, "src/rules/index.ts");
const text = readFileSync(list, "utf8")
  .replace(/\n\nexport const rules/, `\nimport ${camel} from "./${name}.ts";$&`)
  .replace(/\n};\n$/, `\n  "${name}": ${camel},$&`);
writeFileSync(list, text);
console.log(`src/rules/index.ts: ${camel}`);
console.log("Next: its name in src/analysis/model.ts, then npm test and npm run docs.");

function create(path, content) {
  const file = join(plugin, path);
  if (existsSync(file)) fail(`${path} is there already.`);
  writeFileSync(file, content);
  console.log(path);
}

function fail(message) {
  console.error(message);
  process.exit(2);
}
