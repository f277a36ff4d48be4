/** The project's Markdown files, and what is in them. */
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { root } from "./imports.ts";

/** Paths from the root of all Markdown that a person reads. */
export const documents: readonly string[] = [
  ...namesIn("."),
  ...below("docs"),
  ...below("examples"),
  ...below("packages"),
  ...below("e2e"),
  ...below(".github"),
  ...below(".changeset"),
].sort();

/** A fenced block: its language, its text without the margin, and the line of its fence. */
export interface Block {
  readonly document: string;
  readonly line: number;
  readonly language: string;
  readonly code: string;
}

export const blocks: readonly Block[] = documents.flatMap((document) => {
  const text = read(document);
  return [...text.matchAll(/^([ \t]*)(`{3,})([^\n`]*)\n(.*?)^\1\2$/gmsu)].map(
    ({ index, 1: margin = "", 3: language = "", 4: code = "" }) => ({
      document,
      line: text.slice(0, index).split("\n").length,
      language: language.trim(),
      code: code.replaceAll(new RegExp(`^${margin}`, "gmu"), ""),
    }),
  );
});

/** The text without its fenced blocks, where `](` and `#` mean something else. */
export function proseOf(document: string): string {
  return read(document).replaceAll(/^([ \t]*)(`{3,})[^\n`]*\n.*?^\1\2$/gmsu, "");
}

/** The places of a document that a link can lead to, named as GitHub names them. */
export function anchorsOf(document: string): ReadonlySet<string> {
  const prose = proseOf(document);
  const anchors = new Set([...prose.matchAll(/<a id="([^"]+)">/gu)].map(([, id]) => id ?? ""));
  for (const [, heading = ""] of prose.matchAll(/^#{1,6} +(.+)$/gmu)) {
    const text = heading.replaceAll(/\[([^\]]*)\]\([^)]*\)/gu, "$1").replaceAll(/[`*]/gu, "");
    const slug = text
      .trim()
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\p{M}_\- ]/gu, "")
      .replaceAll(" ", "-");
    let name = slug;
    for (let n = 1; anchors.has(name); n++) name = `${slug}-${String(n)}`;
    anchors.add(name);
  }
  return anchors;
}

export function read(file: string): string {
  return readFileSync(join(root, file), "utf8");
}

function namesIn(folder: string): string[] {
  return readdirSync(join(root, folder)).filter((name) => name.endsWith(".md"));
}

function below(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .map((name) => `${folder}/${name.replaceAll("\\", "/")}`)
    .filter(
      (name) => name.endsWith(".md") && !/\/(?:node_modules|dist|fixtures|catalogue|reports)\//u.test(name),
    );
}
