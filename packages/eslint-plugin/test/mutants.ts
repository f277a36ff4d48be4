/** Programs nobody would write: snippets with parts deleted, doubled, swapped or commented, the same ones for a seed. */
import { parseForESLint } from "@typescript-eslint/parser";

/** A generator of numbers from 0 up to 1, the same for a seed. */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    // mulberry32
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

type Range = readonly [start: number, end: number];

/** The ranges of all nodes, and the places between tokens. */
function partsOf(
  text: string,
  jsx = false,
): { readonly nodes: readonly Range[]; readonly gaps: readonly number[] } {
  const { ast, visitorKeys } = parseForESLint(text, { range: true, ecmaFeatures: { jsx } });
  const nodes: Range[] = [];
  const visit = (node: unknown): void => {
    if (Array.isArray(node)) node.forEach(visit);
    else if (typeof node === "object" && node !== null && "type" in node && "range" in node) {
      if (node !== ast) nodes.push(node.range as Range);
      for (const key of visitorKeys[node.type as string] ?? []) visit((node as Record<string, unknown>)[key]);
    }
  };
  visit(ast);
  const inText = ({ type }: { readonly type: string }) => type === "Template" || type.startsWith("JSX");
  return { nodes, gaps: ast.tokens.filter((token) => !inText(token)).map(({ range }) => range[0]) };
}

const textOf = (text: string, [start, end]: Range) => text.slice(start, end);

/** One to three random changes to a program; it may not parse any more. */
export function mutantOf(text: string, others: readonly string[], random: () => number, jsx = false): string {
  const pick = <T>(list: readonly T[]): T | undefined => list[Math.floor(random() * list.length)];
  let mutant = text;
  for (let changes = 1 + Math.floor(random() * 3); changes > 0; changes--) {
    let nodes: readonly Range[];
    try {
      ({ nodes } = partsOf(mutant, jsx));
    } catch {
      return mutant;
    }
    const a = pick(nodes);
    const b = pick(nodes);
    if (!a || !b) return mutant;
    const replaced = (range: Range, by: string) => mutant.slice(0, range[0]) + by + mutant.slice(range[1]);
    switch (Math.floor(random() * 6)) {
      case 0:
        mutant = replaced(a, "");
        break;
      case 1:
        mutant = replaced(a, `${textOf(mutant, a)} ${textOf(mutant, a)}`);
        break;
      case 2:
        mutant = replaced(a, textOf(mutant, b));
        break;
      case 3: {
        const [first, second] = a[0] <= b[0] ? [a, b] : [b, a];
        if (first[1] > second[0]) continue;
        mutant =
          mutant.slice(0, first[0]) +
          textOf(mutant, second) +
          mutant.slice(first[1], second[0]) +
          textOf(mutant, first) +
          mutant.slice(second[1]);
        break;
      }
      case 4: {
        // A part of another program.
        const other = pick(others) ?? "";
        const range = pick(partsOf(other).nodes);
        if (range) mutant = replaced(a, textOf(other, range));
        break;
      }
      default:
        mutant = replaced(a, `(${textOf(mutant, a)})`);
    }
  }
  return mutant;
}

/** The program with comments between its tokens: `/\* 1 *\/`, `// 2`. */
export function commentedOf(text: string, random: () => number, share = 0.3): string {
  let number = 0;
  let output = "";
  let at = 0;
  for (const gap of partsOf(text).gaps) {
    output += text.slice(at, gap);
    at = gap;
    // A line comment after `return`, `throw` or `async` would change the program.
    if (random() < share) output += `/* ${++number} */ `;
  }
  return output + text.slice(at);
}
