/** The edit that brings a name into a file, in the file's own style. */
import { describe, expect, test } from "vitest";
import { applied, hereIn, inputOf } from "../../test/analyse-text.ts";
import { readCode } from "./code.ts";
import { importEdit } from "./import-edit.ts";
import type { ImportTarget } from "./model.ts";

const runtime = "@floodgate/runtime";

/** The file after `limited` (or `imported`) was brought in, and the name to write. */
function importInto(
  text: string,
  style: ImportTarget["style"] = "import",
  imported = "limited",
  specifier = runtime,
): readonly [local: string, text: string] {
  const { local, edits } = importEdit(
    readCode(inputOf(text)),
    { specifier, style },
    imported,
    imported === "default" ? "pLimit" : imported,
  );
  return [local, applied(text, edits)];
}

/** Lines of a file, for texts that read as files. */
const file = (...lines: readonly string[]) => `${lines.join("\n")}\n`;
const ours = `import { limited } from "${runtime}";`;

describe("where it goes", () => {
  test.for<readonly [name: string, before: string, after: string]>([
    [
      "after the last import",
      file('import a from "a";', 'import b from "b";', "", "run();"),
      file('import a from "a";', 'import b from "b";', ours, "", "run();"),
    ],
    [
      "before the first statement, with a blank line, where there is none",
      file("run();"),
      file(ours, "", "run();"),
    ],
    [
      "after a hashbang",
      file("#!/usr/bin/env node", "run();"),
      file("#!/usr/bin/env node", ours, "", "run();"),
    ],
    [
      "after a hashbang and the imports",
      file("#!/usr/bin/env node", 'import a from "a";', "run();"),
      file("#!/usr/bin/env node", 'import a from "a";', ours, "run();"),
    ],
    ["after directives", file('"use client";', "run();"), file('"use client";', ours, "run();")],
    [
      "after directives and imports",
      file('"use client";', 'import a from "a";', "run();"),
      file('"use client";', 'import a from "a";', ours, "run();"),
    ],
    ["after a licence", file("/* @license MIT */", "run();"), file("/* @license MIT */", ours, "", "run();")],
    [
      "after a comment about the file",
      file("// The jobs.", "", "run();"),
      file("// The jobs.", "", ours, "", "run();"),
    ],
    [
      "before a comment for the next line only",
      file("// eslint-disable-next-line no-undef", "run();"),
      file(ours, "", "// eslint-disable-next-line no-undef", "run();"),
    ],
    [
      "before an expected type error",
      file("// @ts-expect-error", "run();"),
      file(ours, "", "// @ts-expect-error", "run();"),
    ],
    [
      "after `eslint-disable` for the file",
      file("/* eslint-disable no-undef */", "run();"),
      file("/* eslint-disable no-undef */", ours, "", "run();"),
    ],
    [
      "before the documentation of the first statement",
      file("/** Runs. */", "export function run() {}"),
      file(ours, "", "/** Runs. */", "export function run() {}"),
    ],
    [
      "after the comment behind the last import",
      file('import a from "a"; // the a', "run();"),
      file('import a from "a"; // the a', ours, "run();"),
    ],
    [
      "after an import over several lines",
      file("import {", "  a,", '} from "a";', "run();"),
      file("import {", "  a,", '} from "a";', ours, "run();"),
    ],
    [
      "after an import of types",
      file('import type { A } from "a";', "run();"),
      file('import type { A } from "a";', ours, "run();"),
    ],
    [
      "after an import that stands late",
      file("run();", 'import a from "a";'),
      file("run();", 'import a from "a";', ours),
    ],
    ["into a file of one import", 'import a from "a";', `import a from "a";\n${ours}`],
    [
      "with the line ends of the file",
      'import a from "a";\r\nrun();\r\n',
      `import a from "a";\r\n${ours}\r\nrun();\r\n`,
    ],
  ])("%s", ([, before, after]) => {
    expect(importInto(before)).toEqual(["limited", after]);
  });
});

describe("the file's own quotes and semicolons", () => {
  test.for([
    [file("import a from 'a';", "run();"), `import { limited } from '${runtime}';`],
    [file('import a from "a";', "run('x', 'y');"), ours],
    [file("import a from 'a'", "run()"), `import { limited } from '${runtime}'`],
    [file("run('a');"), `import { limited } from '${runtime}';`],
    [file("run('a')", "stop()"), `import { limited } from '${runtime}'`],
    [file("run(`a`);"), ours],
    [file("function f() {}"), ours],
  ] as const)("%o → %s", ([before, line]) => {
    expect(importInto(before)[1].split(/\r?\n/)).toContain(line);
  });
});

describe("merged into an import of the same module", () => {
  test.for([
    [`import { bounded } from "${runtime}";`, `import { bounded, limited } from "${runtime}";`, "limited"],
    [`import { bounded, } from "${runtime}";`, `import { bounded, limited, } from "${runtime}";`, "limited"],
    [
      `import floodgate, { bounded } from "${runtime}";`,
      `import floodgate, { bounded, limited } from "${runtime}";`,
      "limited",
    ],
    [
      `import {\n  bounded,\n} from "${runtime}";`,
      `import {\n  bounded, limited,\n} from "${runtime}";`,
      "limited",
    ],
    [
      `const { bounded } = require("${runtime}");`,
      `const { bounded, limited } = require("${runtime}");`,
      "limited",
    ],
    // It is there already.
    [`import { limited } from "${runtime}";`, `import { limited } from "${runtime}";`, "limited"],
    [
      `import { limited as slow } from "${runtime}";`,
      `import { limited as slow } from "${runtime}";`,
      "slow",
    ],
    [
      `import * as floodgate from "${runtime}";`,
      `import * as floodgate from "${runtime}";`,
      "floodgate.limited",
    ],
    [
      `const floodgate = require("${runtime}");`,
      `const floodgate = require("${runtime}");`,
      "floodgate.limited",
    ],
    [`const { limited } = require("${runtime}");`, `const { limited } = require("${runtime}");`, "limited"],
    [
      `const { limited: slow } = require("${runtime}");`,
      `const { limited: slow } = require("${runtime}");`,
      "slow",
    ],
    [
      `import floodgate = require("${runtime}");`,
      `import floodgate = require("${runtime}");`,
      "floodgate.limited",
    ],
    // Types are gone at run time: what is imported for them only is not there.
    [
      `import type { Limit } from "${runtime}";`,
      `import type { Limit } from "${runtime}";\n${ours}`,
      "limited",
    ],
    [
      `import { type Limit } from "${runtime}";`,
      `import { type Limit, limited } from "${runtime}";`,
      "limited",
    ],
    [
      `import { type limited } from "${runtime}";`,
      `import { type limited, limited as limited1 } from "${runtime}";`,
      "limited1",
    ],
    [`import "${runtime}";`, `import "${runtime}";\n${ours}`, "limited"],
  ] as const)("%s", ([before, after, local]) => {
    expect(importInto(before)).toEqual([local, after]);
  });
});

describe("a name that the file uses for something else", () => {
  test.for([
    ["const limited = 1;", `import { limited as limited1 } from "${runtime}";`, "limited1"],
    ["const limited = 1, limited1 = 2;", `import { limited as limited2 } from "${runtime}";`, "limited2"],
    ["function f(limited) {}", `import { limited as limited1 } from "${runtime}";`, "limited1"],
    ["limited();", `import { limited as limited1 } from "${runtime}";`, "limited1"],
    // A member of that name is nobody's variable.
    ["run.limited();", ours, "limited"],
    ["const unlimited = 1;", ours, "limited"],
  ] as const)("%s", ([before, line, local]) => {
    expect(importInto(file(before))).toEqual([local, file(line, "", before)]);
  });

  test("in an import that is there", () => {
    expect(importInto(`import { bounded } from "${runtime}";\nconst limited = 1;`)).toEqual([
      "limited1",
      `import { bounded, limited as limited1 } from "${runtime}";\nconst limited = 1;`,
    ]);
  });

  test("in CommonJS", () => {
    expect(importInto('const a = require("a");\nconst limited = 1;\n', "require")).toEqual([
      "limited1",
      `const a = require("a");\nconst { limited: limited1 } = require("${runtime}");\nconst limited = 1;\n`,
    ]);
  });
});

describe("CommonJS", () => {
  const line = `const { limited } = require("${runtime}");`;
  test.for<readonly [name: string, before: string, after: string]>([
    [
      "after the first block of requires",
      file('const a = require("a");', "run();", 'const b = require("b");'),
      file('const a = require("a");', line, "run();", 'const b = require("b");'),
    ],
    ["after directives", file('"use strict";', "run();"), file('"use strict";', line, "run();")],
    [
      "after directives and requires",
      file('"use strict";', 'const a = require("a");', "run();"),
      file('"use strict";', 'const a = require("a");', line, "run();"),
    ],
    ["before the first statement", file("run();"), file(line, "", "run();")],
    [
      "after a hashbang",
      file("#!/usr/bin/env node", "run();"),
      file("#!/usr/bin/env node", line, "", "run();"),
    ],
  ])("%s", ([, before, after]) => {
    expect(importInto(before, "require")).toEqual(["limited", after]);
  });
});

describe("import =", () => {
  test("brings a namespace", () => {
    expect(importInto('import a = require("a");\nrun();\n', "import-equals")).toEqual([
      "floodgate.limited",
      `import a = require("a");\nimport floodgate = require("${runtime}");\nrun();\n`,
    ]);
  });

  test("under a name that is free", () => {
    expect(importInto("const floodgate = 1;\n", "import-equals")).toEqual([
      "floodgate1.limited",
      `import floodgate1 = require("${runtime}");\n\nconst floodgate = 1;\n`,
    ]);
  });
});

describe("a default export", () => {
  test.for([
    ["run();\n", "import", "pLimit", 'import pLimit from "p-limit";\n\nrun();\n'],
    ['import make from "p-limit";\n', "import", "make", 'import make from "p-limit";\n'],
    [
      'import { default as make } from "p-limit";\n',
      "import",
      "make",
      'import { default as make } from "p-limit";\n',
    ],
    [
      'import { limitFunction } from "p-limit";\nrun();\n',
      "import",
      "pLimit",
      'import { limitFunction } from "p-limit";\nimport pLimit from "p-limit";\nrun();\n',
    ],
    ["run();\n", "require", "pLimit", 'const pLimit = require("p-limit");\n\nrun();\n'],
    ['const make = require("p-limit");\n', "require", "make", 'const make = require("p-limit");\n'],
    ["const pLimit = 1;\n", "import", "pLimit1", 'import pLimit1 from "p-limit";\n\nconst pLimit = 1;\n'],
  ] as const)("%o as %s", ([before, style, local, after]) => {
    expect(importInto(before, style, "default", "p-limit")).toEqual([local, after]);
  });
});

test("whatever it does, the file still parses and has the name", () => {
  const texts = [
    file('"use client";', "// eslint-disable-next-line", "run();"),
    file("#!x", "/* a */ run();"),
    "",
    "// only a comment",
  ];
  for (const text of texts) {
    const [local, output] = importInto(text);
    const { code, node } = hereIn(`${output}\nhere(${local});`);
    expect(code.variable(node)?.defs[0]?.type, output).toBe("ImportBinding");
  }
});
