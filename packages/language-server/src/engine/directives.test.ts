import { expect, test } from "vitest";
import { babelParser } from "./parse-babel.ts";
import { directivesIn } from "./directives.ts";

const rule = "floodgate/no-unbounded-promise-all";

/** Whether the report at `HERE` is suppressed, and with what reason. */
function suppressionOf(code: string, ruleId = rule): string | undefined {
  const result = babelParser.parse(code, "ts", "module");
  if (result.kind !== "parsed") throw new Error(result.message);
  return directivesIn(code, result.comments).suppression(ruleId, code.indexOf("HERE"));
}

test.for([
  [`// eslint-disable-next-line ${rule}\nHERE();`],
  [`// eslint-disable-next-line ${rule} -- small\nHERE();`],
  ["// eslint-disable-next-line\nHERE();"],
  [`/* eslint-disable-next-line other, ${rule} */\nHERE();`],
  [`/* eslint-disable-next-line\n  ${rule} */\nHERE();`],
  [`HERE(); // eslint-disable-line ${rule}`],
  [`/* eslint-disable */\n\nHERE();`],
  [`/* eslint-disable ${rule} */ HERE();`],
  [`/* eslint-enable */ /* eslint-disable */ HERE();`],
  [`/* eslint-disable */ /* eslint-enable other */ HERE();`],
] as const)("%j suppresses", ([code]) => {
  expect(suppressionOf(code)).toBeDefined();
});

test.for([
  [`// eslint-disable-next-line other\nHERE();`],
  [`// eslint-disable-next-line ${rule}\n\nHERE();`],
  [`// eslint-disable ${rule}\nHERE();`],
  [`/* eslint-disable ${rule} */ /* eslint-enable */ HERE();`],
  [`HERE(); /* eslint-disable ${rule} */`],
  [`/* eslint-disable-line\n ${rule} */ HERE();`],
  [`// eslint is fine\nHERE();`],
  [`const text = "// eslint-disable-line"; HERE();`],
] as const)("%j does not", ([code]) => {
  expect(suppressionOf(code)).toBeUndefined();
});

test("the reason is what follows the dashes", () => {
  expect(suppressionOf(`// eslint-disable-next-line ${rule} -- at most three\nHERE();`)).toBe(
    "at most three",
  );
});

test("lines are counted as ESLint counts them", () => {
  expect(suppressionOf(`// eslint-disable-next-line ${rule}\r\nHERE();`)).toBeDefined();
  expect(suppressionOf(`/* eslint-disable-next-line ${rule} */\u2028HERE();`)).toBeDefined();
});

test("a severity given inline is read", () => {
  const code = `/* eslint ${rule}: "off", other: [2, {}] */`;
  const result = babelParser.parse(code, "ts", "module");
  if (result.kind !== "parsed") throw new Error(result.message);
  const directives = directivesIn(code, result.comments);
  expect(directives.inlineLevel(rule)).toBe("off");
  expect(directives.inlineLevel("other")).toBe(2);
});
