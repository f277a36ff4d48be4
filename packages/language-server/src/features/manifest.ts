/** One more dependency in a package.json, as text edits: nothing else in the file changes, and nothing is installed. */
import type { Edit } from "eslint-plugin-floodgate/analysis";

/** Undefined: it is listed already, or the file is not a package.json we understand. */
export function withDependency(text: string, name: string, version: string): Edit[] | undefined {
  let manifest: unknown;
  try {
    manifest = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof manifest !== "object" || manifest === null || Array.isArray(manifest)) return undefined;
  const { dependencies } = manifest as { dependencies?: unknown };
  const entry = `${JSON.stringify(name)}: ${JSON.stringify(version)}`;
  if (dependencies === undefined) return withNewSection(text, entry);
  if (typeof dependencies !== "object" || dependencies === null || Object.hasOwn(dependencies, name))
    return undefined;

  const section = /"dependencies"\s*:\s*\{/.exec(text);
  if (section === null) return undefined;
  const open = section.index + section[0].length;
  // Sorted, as npm writes it: before the first name that comes after.
  const next = Object.keys(dependencies).find((other) => other > name);
  if (next !== undefined) {
    const at = text.indexOf(JSON.stringify(next), open);
    return [{ start: at, end: at, text: `${entry},${spaceBefore(text, at)}` }];
  }
  const last = Object.keys(dependencies).at(-1);
  const close = text.indexOf("}", open);
  if (last === undefined) {
    const outer = indentOf(text);
    return [{ start: open, end: close, text: `\n${outer}${outer}${entry}\n${outer}` }];
  }
  const end = text.slice(0, close).trimEnd().length;
  return [
    { start: end, end, text: `,${spaceBefore(text, text.indexOf(JSON.stringify(last), open))}${entry}` },
  ];
}

/** The line break and indentation that stand before a place. */
function spaceBefore(text: string, at: number): string {
  return /\s*$/.exec(text.slice(0, at))?.[0] ?? " ";
}

function indentOf(text: string): string {
  return /\n([ \t]+)"/.exec(text)?.[1] ?? "  ";
}

function withNewSection(text: string, entry: string): Edit[] | undefined {
  const close = text.lastIndexOf("}");
  const end = text.slice(0, close).trimEnd().length;
  const indent = indentOf(text);
  const comma = text.charAt(end - 1) === "{" ? "" : ",";
  return [
    {
      start: end,
      end: close,
      text: `${comma}\n${indent}"dependencies": {\n${indent}${indent}${entry}\n${indent}}\n`,
    },
  ];
}
