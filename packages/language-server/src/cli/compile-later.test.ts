import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import { compileLater } from "./compile-later.ts";

test("this Node knows the flags that it is given", () => {
  const { status, stderr } = spawnSync(process.execPath, [...compileLater(process.versions.node), "-e", "0"]);
  expect([status, stderr.toString()]).toEqual([0, ""]);
});

test("a Node that nobody tried gets none", () => {
  expect(compileLater("20.19.0")).not.toEqual([]);
  expect(compileLater("99.0.0")).toEqual([]);
});
