import type { FanOutSite } from "@floodgate/language-server/protocol";
import { expect, test } from "vitest";
import { groupSites } from "./report-groups.ts";

const site = (uri: string, line: number, parts: Partial<FanOutSite> = {}): FanOutSite => ({
  uri,
  line,
  character: 0,
  rule: "no-unbounded-promise-all",
  operation: "Promise.all",
  verdict: "report",
  bound: "unbounded",
  gate: "none",
  effect: "each element starts `fetchUser`",
  because: "nothing limits its length",
  ...parts,
});

const outline = (groups: ReturnType<typeof groupSites>) =>
  groups.map(({ label, sites }) => [
    label,
    sites.map(({ uri, line }) => `${uri.split("/").pop() ?? ""}:${line}`),
  ]);

test("findings come first, then what strict adds, then what is silent; within a group by place", () => {
  const sites = [
    site("file:///w/b.ts", 3, { verdict: "silent" }),
    site("file:///w/b.ts", 1),
    site("file:///w/a.ts", 9),
    site("file:///w/a.ts", 2),
    site("file:///w/a.ts", 4, { verdict: "strict" }),
  ];
  expect(outline(groupSites(sites, "verdict"))).toEqual([
    ["Unbounded: limit these", ["a.ts:2", "a.ts:9", "b.ts:1"]],
    ["Worth a look (strict)", ["a.ts:4"]],
    ["Bounded or harmless", ["b.ts:3"]],
  ]);
});

test("bounds are in the order of their numbers, what is reported first", () => {
  const silent = { verdict: "silent" } as const;
  const sites = [
    site("file:///w/a.ts", 1, { bound: "<= 20 in flight", ...silent }),
    site("file:///w/a.ts", 2, { bound: "<= 3 in flight", ...silent }),
    site("file:///w/a.ts", 3),
  ];
  expect(outline(groupSites(sites, "bound")).map(([label]) => label)).toEqual([
    "unbounded",
    "≤ 3 in flight",
    "≤ 20 in flight",
  ]);
});

test("a site belongs to the deepest package around it, or to none", () => {
  const sites = [
    site("file:///w/packages/app/src/a.ts", 1),
    site("file:///w/tools/b.ts", 1),
    site("file:///v/c.ts", 1),
  ];
  const folders = ["file:///w", "file:///w/packages/app"];
  expect(outline(groupSites(sites, "package", folders))).toEqual([
    ["app", ["a.ts:1"]],
    ["no package", ["c.ts:1"]],
    ["w", ["b.ts:1"]],
  ]);
});

test("no sites, no groups", () => {
  expect(groupSites([], "verdict")).toEqual([]);
});
