/** Which named types an expression has, and which packages declare them. */
import type { DeclaredType } from "../analysis/index.ts";
import type { CheckerView, NodeView, ProgramView, SymbolView, TypeView } from "./compiler.ts";
import { parts } from "./type-parts.ts";

/** The type's own name, its alias and its base types, nearest first, each once. */
export function declaredTypesOf(
  type: TypeView,
  checker: CheckerView,
  program: ProgramView,
): readonly DeclaredType[] {
  const found = new Map<string, DeclaredType>();
  const queue: TypeView[] = [type, ...parts(type, checker).filter((part) => part !== undefined)];
  const seen = new Set<TypeView>();
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    if (seen.has(next)) continue;
    seen.add(next);
    for (const symbol of [next.aliasSymbol, next.symbol]) {
      const declared = symbol && declaredTypeOf(symbol, program);
      if (declared) found.set(`${declared.module ?? ""}#${declared.name}`, declared);
    }
    queue.push(...basesOf(next));
  }
  return [...found.values()];
}

function basesOf(type: TypeView): readonly TypeView[] {
  if (type.isIntersection()) return (type as { types?: readonly TypeView[] }).types ?? [];
  // An instantiation (`Box<string>`) keeps its declaration, and so its bases, in `target`.
  const declared = (type as { target?: TypeView }).target ?? type;
  return declared.isClassOrInterface() ? (declared.getBaseTypes() ?? []) : [];
}

function declaredTypeOf(symbol: SymbolView, program: ProgramView): DeclaredType | undefined {
  // TypeScript names what has no name of its own `__type`, `__function`, `__object`.
  if (symbol.name.startsWith("__")) return undefined;
  const declaration = symbol.declarations?.[0];
  // `export default class DataLoader` makes a symbol named `default`; readers know the declaration's name.
  const own =
    symbol.name === "default"
      ? (declaration as { name?: { text?: string } } | undefined)?.name?.text
      : undefined;
  return { name: own ?? symbol.name, module: declaration && moduleOf(declaration, program) };
}

function moduleOf(declaration: NodeView, program: ProgramView): string | undefined {
  const file = declaration.getSourceFile();
  if (program.isSourceFileDefaultLibrary(file)) return "typescript";
  return ambientModuleOf(declaration) ?? packageOf(file.fileName);
}

/** `declare module "p-limit" { ... }` around the declaration. */
function ambientModuleOf(declaration: NodeView): string | undefined {
  for (let node: NodeView | undefined = declaration; node; node = node.parent) {
    const { name, body } = node as { name?: NodeView & { text?: string }; body?: unknown };
    if (name?.text === undefined || body === undefined) continue;
    const quoted = /^["']/.test(node.getSourceFile().text.slice(name.getStart(), name.end));
    if (quoted) return name.text;
  }
  return undefined;
}

/** The package a file belongs to: `@types/async` speaks for `async`, `@types/scope__name` for `@scope/name`. */
function packageOf(fileName: string): string | undefined {
  const name = /^.*[\\/]node_modules[\\/]((?:@[^\\/]+[\\/])?[^\\/]+)/.exec(fileName)?.[1]?.replace("\\", "/");
  if (!name?.startsWith("@types/")) return name;
  const typed = name.slice("@types/".length);
  return typed.includes("__") ? `@${typed.replace("__", "/")}` : typed;
}
