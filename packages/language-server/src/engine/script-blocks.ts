/** `.vue`, `.svelte` and `.astro` files: their script blocks, with everything around them blanked out. */

export interface ScriptText {
  /** As long as the file, line breaks kept, so that every offset means the same in both. */
  readonly text: string;
  readonly language: "ts" | "tsx" | "jsx";
  /** From the first block's first character to the last block's last. */
  readonly start: number;
  readonly end: number;
}

const block = /<script\b((?:"[^"]*"|'[^']*'|[^>"'])*)>([\s\S]*?)<\/script\s*>/gi;
const frontmatter = /^\s*---\r?\n([\s\S]*?)\r?\n---/;

/** The program inside a component file, or undefined where it holds none. */
export function scriptBlocks(fileName: string, text: string): ScriptText | undefined {
  const blocks: { start: number; end: number; attributes: string }[] = [];
  if (/\.astro$/i.test(fileName)) {
    const match = frontmatter.exec(text);
    if (match?.[1] !== undefined) {
      const start = text.indexOf("\n", text.indexOf("---")) + 1;
      blocks.push({ start, end: start + match[1].length, attributes: 'lang="ts"' });
    }
  } else {
    for (const match of text.matchAll(block)) {
      const attributes = match[1] ?? "";
      if (/\bsrc\s*=|type\s*=\s*["'](?!module|text\/javascript|application\/javascript)/i.test(attributes))
        continue;
      const start = match.index + match[0].indexOf(">", "<script".length + attributes.length) + 1;
      blocks.push({ start, end: start + (match[2] ?? "").length, attributes });
    }
  }
  const first = blocks[0];
  const last = blocks.at(-1);
  if (first === undefined || last === undefined) return undefined;

  let masked = "";
  let at = 0;
  for (const { start, end } of blocks) {
    masked += blank(text.slice(at, start)) + text.slice(start, end);
    at = end;
  }
  masked += blank(text.slice(at));
  const lang = /\blang\s*=\s*["']?(tsx?|jsx?)/i.exec(
    blocks.map(({ attributes }) => attributes).join(" "),
  )?.[1];
  const language = lang === "ts" ? "ts" : lang === "tsx" ? "tsx" : "jsx";
  return { text: masked, language, start: first.start, end: last.end };
}

function blank(text: string): string {
  return text.replace(/[^\r\n\u2028\u2029]/g, " ");
}
