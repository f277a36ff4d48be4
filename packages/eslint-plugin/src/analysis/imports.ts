/** Where a name comes from: `import`, `require`, `import()`, through members, one alias, and well-known globals. */
import {
  constantInit,
  definitionOf,
  memberName,
  unwrap,
  type Code,
  type Imported,
  type Node,
} from "./code.ts";

/**
 * Names used so universally for one module that an undeclared one means it: auto-imports (Nuxt, unplugin) and snippets.
 */
const conventional: Readonly<Record<string, Imported>> = {
  pLimit: { module: "p-limit", name: "default" },
  pMap: { module: "p-map", name: "default" },
  PQueue: { module: "p-queue", name: "default" },
  Bluebird: { module: "bluebird", name: "default" },
  chunk: { module: "lodash", name: "chunk" },
  _: { module: "lodash", name: "default" },
  async: { module: "async", name: "default" },
};

/** Libraries that fan out or limit, as imported, or under a name by which everybody knows them. */
const libraries =
  /["'](?:p-[a-z]|bluebird|rxjs|effect|es-toolkit|async|bottleneck|throat|fastq|await-semaphore|semaphore-|piscina|tinypool|workerpool|jest-worker|promise-|cockatiel|limiter|generic-pool|puppeteer-cluster|@humanwhocodes\/retry|@rushstack\/node-core|@floodgate\/)|floodgate(?:\.[cm]?[jt]s)?["']|\b(?:pMap|pLimit|PQueue|Bluebird)\b|\basync\.[a-z]/;

/** Does the file name a library of theirs? Then a call may mean anything, whatever it is called. */
export const namesLibrary = (code: Code): boolean =>
  code.once("libraries", code.ast, () => libraries.test(code.text), true);

/** What an expression was imported as; undefined when it was not, or nobody can tell. */
export function importOf(code: Code, node: Node): Imported | undefined {
  return code.once("import", node, () => resolveImport(code, node, 0), undefined);
}

function resolveImport(code: Code, node: Node, depth: number): Imported | undefined {
  if (depth > 4) return undefined;
  const expression = unwrap(node);
  switch (expression.type) {
    case "Identifier": {
      const variable = code.variable(expression);
      if (variable === undefined)
        return Object.hasOwn(conventional, expression.name) ? conventional[expression.name] : undefined;
      const definition = definitionOf(variable);
      if (definition === undefined) return undefined;
      if (definition.type === "ImportBinding") return importBinding(definition.node, definition.parent);
      if (definition.type !== "Variable") return undefined;
      const declarator = definition.node;
      if (declarator.id.type === "ObjectPattern" && declarator.init) {
        const base = resolveImport(code, declarator.init, depth + 1);
        const property = declarator.id.properties.find(
          (p) =>
            p.type === "Property" &&
            (p.value === definition.name ||
              (p.value.type === "AssignmentPattern" && p.value.left === definition.name)),
        );
        if (base === undefined || property?.type !== "Property" || property.key.type !== "Identifier")
          return undefined;
        return member(base, property.key.name);
      }
      const init = constantInit(code, expression);
      return init === undefined ? undefined : resolveImport(code, init, depth + 1);
    }
    case "MemberExpression": {
      const name = memberName(expression);
      const base = name === undefined ? undefined : resolveImport(code, expression.object, depth + 1);
      return base === undefined || name === undefined ? undefined : member(base, name);
    }
    case "CallExpression": {
      const [argument] = expression.arguments;
      if (
        expression.callee.type === "Identifier" &&
        expression.callee.name === "require" &&
        isRequire(code, expression.callee) &&
        argument?.type === "Literal" &&
        typeof argument.value === "string"
      ) {
        return { module: argument.value, name: "*" };
      }
      // promisify(fs.readFile) is the promise version of the same function.
      if (argument && memberNameOrName(expression.callee) === "promisify") {
        return resolveImport(code, argument, depth + 1);
      }
      return undefined;
    }
    case "LogicalExpression": {
      // imported.default ?? imported: two spellings of one thing, for modules of two kinds.
      const [left, right] = [expression.left, expression.right].map((side) =>
        resolveImport(code, side, depth + 1),
      );
      return left?.module === right?.module && left?.name === "default" ? left : undefined;
    }
    case "AwaitExpression":
      return expression.argument.type === "ImportExpression" &&
        expression.argument.source.type === "Literal" &&
        typeof expression.argument.source.value === "string"
        ? { module: expression.argument.source.value, name: "*" }
        : undefined;
    default:
      return undefined;
  }
}

/** The global one, or `const require = createRequire(import.meta.url)`. */
function isRequire(code: Code, name: Node): boolean {
  const init = constantInit(code, name);
  return (
    code.variable(name) === undefined ||
    (init?.type === "CallExpression" && memberNameOrName(init.callee) === "createRequire")
  );
}

const memberNameOrName = (node: Node) => (node.type === "Identifier" ? node.name : memberName(node));

function importBinding(node: Node, parent: Node | null | undefined): Imported | undefined {
  if (node.type === "TSImportEqualsDeclaration") {
    const { moduleReference } = node;
    return moduleReference.type === "TSExternalModuleReference" &&
      moduleReference.expression.type === "Literal"
      ? { module: moduleReference.expression.value, name: "*" }
      : undefined;
  }
  if (parent?.type !== "ImportDeclaration") return undefined;
  const module = parent.source.value;
  if (node.type === "ImportDefaultSpecifier") return { module, name: "default" };
  if (node.type === "ImportNamespaceSpecifier") return { module, name: "*" };
  if (node.type !== "ImportSpecifier") return undefined;
  return { module, name: node.imported.type === "Identifier" ? node.imported.name : node.imported.value };
}

/** A member of what was imported: of the namespace, or of a CommonJS module's default. */
function member(base: Imported, name: string): Imported {
  if (base.name === "*" || base.name === "default") return { module: base.module, name };
  return { module: base.module, name: `${base.name}.${name}` };
}

/** `node:fs/promises`, `fs/promises` and `node:fs` are one place of work. */
export const bareModule = (module: string): string => module.replace(/^node:/, "");

/** Is this the global of that name: unresolved, or reached through `globalThis`, `window`, `self`, `global`? */
export function isGlobal(code: Code, node: Node, name: string): boolean {
  return code.once(`global ${name}`, node, () => reachesGlobal(code, node, name), false);
}

function reachesGlobal(code: Code, node: Node, name: string): boolean {
  const expression = unwrap(node);
  if (expression.type === "Identifier") {
    if (code.variable(expression) === undefined) return expression.name === name;
    const init = constantInit(code, expression);
    return init !== undefined && unwrap(init) !== expression && isGlobal(code, init, name);
  }
  if (expression.type !== "MemberExpression" || memberName(expression) !== name) return false;
  const object = unwrap(expression.object);
  return (
    object.type === "Identifier" &&
    ["globalThis", "window", "self", "global"].includes(object.name) &&
    code.variable(object) === undefined
  );
}

/** Promise libraries whose class, and whose `all`, are those of `Promise`. */
export const promiseModules =
  /^(bluebird|bluebird-lst|q|rsvp|when|es6-promise|native-promise-only|any-promise|pinkie-promise|@types\/bluebird)$/;

/** Is it `Promise`, or what a library gives in its place? */
export const isPromiseClass = (code: Code, node: Node): boolean =>
  isGlobal(code, node, "Promise") || promiseModules.test(importOf(code, node)?.module ?? "");

/** `Promise.all(...)`, `Bluebird.resolve(x)`: a static method of `Promise`, and of a library's class one that it has from there. */
export const isPromiseMethod = (code: Code, { object, method }: { object: Node; method: string }): boolean =>
  isGlobal(code, object, "Promise") ||
  (/^(all|allSettled|any|race|resolve|reject)$/.test(method) && isPromiseClass(code, object));
