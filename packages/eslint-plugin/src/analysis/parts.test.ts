/** Lists inside a constant table. */
import { describe, expect, test } from "vitest";
import { boundText, hereIn } from "../../test/analyse-text.ts";
import type { Given } from "../../test/analyse-text.ts";
import { sizeOf } from "./size.ts";

function sizeIn(text: string, given?: Given): string {
  const { code, node } = hereIn(text, given);
  return boundText(sizeOf(code, node));
}

const table = "const tools = { npm: { locks: load() }, yarn: { locks: load() } };";
const list = "const tools = [{ locks: a }, { locks: b }];";

describe("each entry's lists were written out with the table", () => {
  test.for([
    `${table} for (const tool of Object.values(tools)) here(tool.locks)`,
    `${table} for (const [name, tool] of Object.entries(tools)) here(tool.locks)`,
    `${table} Object.values(tools).filter(ok).forEach((tool) => here(tool.locks))`,
    `${table} const tool = tools[name]; here(tool.locks)`,
    `${list} for (const tool of tools) here(tool.locks)`,
    `${list} const tool = tools.find(ok); here(tool.locks)`,
    `import { TOOLS } from "x"; for (const tool of TOOLS) here(tool.locks)`,
  ])("%s", (text) => {
    expect(sizeIn(text)).toBe("coded tool.locks");
  });

  test("of an imported table", () => {
    const text = `import { tools } from "./tools"; for (const tool of tools) here(tool.locks)`;
    const neighbours = { "tools.ts": "export const tools = [{ locks: a }, { locks: b }];" };
    expect(sizeIn(text, { neighbours })).toBe("coded tool.locks");
    expect(sizeIn(text)).toBe("unbounded");
  });
});

describe("not of a table in the source", () => {
  test.for([
    "for (const tool of tools) here(tool.locks)",
    "const tools = load(); for (const tool of tools) here(tool.locks)",
    "const tools = []; for (const tool of tools) here(tool.locks)",
    "const tools = [a]; tools.push(load()); for (const tool of tools) here(tool.locks)",
    "function f(x) { const tools = [x]; for (const tool of tools) here(tool.locks) }",
    `${table} const tool = pick(tools); here(tool.locks)`,
    `${list} tools.forEach((tool, i) => { const other = load(i); here(other.locks) })`,
  ])("%s", (text) => {
    expect(sizeIn(text)).toBe("unbounded");
  });
});
