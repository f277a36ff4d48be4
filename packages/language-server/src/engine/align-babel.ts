/**
 * Brings a tree of `@babel/parser` 7 (with its `estree` plugin) to the shape of typescript-estree, in place.
 *
 * Babel 8 gives that shape itself, but does not run on Node 20. Only what the scope analysis and `analyse()` read is
 * aligned; `parsers.test.ts` compares the result with oxc-parser's tree, node by node.
 */
import { visitorKeys } from "@typescript-eslint/visitor-keys";

/** A node whose properties are looked at by name, as every ESTree walker does. */
export interface LooseNode {
  type: string;
  range: [number, number];
  start: number;
  end: number;
  [key: string]: unknown;
}

export function alignBabel(root: LooseNode, text: string): void {
  const pending: LooseNode[] = [root];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    if (!Array.isArray(node.range)) node.range = [node.start, node.end];
    aligners[node.type]?.(node, text);
    for (const key of visitorKeys[node.type] ?? Object.keys(node)) {
      const child = node[key];
      if (Array.isArray(child)) {
        const items = child as unknown[];
        items.forEach((item, index) => {
          if (isNode(item)) pending.push((items[index] = unparenthesised(item)));
        });
      } else if (isNode(child)) pending.push((node[key] = unparenthesised(child)));
    }
  }
}

/** Babel keeps the parentheses of types; typescript-estree does not. */
function unparenthesised(node: LooseNode): LooseNode {
  let inner = node;
  while (inner.type === "TSParenthesizedType") inner = inner["typeAnnotation"] as LooseNode;
  return inner;
}

function isNode(value: unknown): value is LooseNode {
  return typeof value === "object" && value !== null && typeof (value as LooseNode).type === "string";
}

type Aligner = (node: LooseNode, text: string) => void;

const aligners: Readonly<Record<string, Aligner>> = {
  CallExpression: typeArguments,
  NewExpression: typeArguments,
  TaggedTemplateExpression: typeArguments,
  JSXOpeningElement: typeArguments,
  TSTypeReference: typeArguments,
  TSTypeQuery: typeArguments,
  TSInstantiationExpression: typeArguments,
  ClassDeclaration: alignClass,
  ClassExpression: alignClass,
  MethodDefinition: alignMethod,
  PropertyDefinition(node) {
    decorated(node);
    if (node["abstract"] === true) node.type = "TSAbstractPropertyDefinition";
  },
  AccessorProperty: decorated,
  Identifier: decorated,
  ObjectPattern: decorated,
  ArrayPattern: decorated,
  AssignmentPattern: decorated,
  RestElement: decorated,
  TSParameterProperty: decorated,
  TemplateElement(node) {
    // typescript-estree counts the delimiters in: "`text${" and "}text`".
    node.start -= 1;
    node.end += node["tail"] === true ? 1 : 2;
    node.range = [node.start, node.end];
  },
  TSInterfaceDeclaration(node) {
    node["extends"] = heritage(node["extends"], "TSInterfaceHeritage");
  },
  TSCallSignatureDeclaration: signature,
  TSConstructSignatureDeclaration: signature,
  TSConstructorType: signature,
  TSFunctionType: signature,
  TSMethodSignature: signature,
  TSTypeParameter(node, text) {
    if (typeof node["name"] !== "string") return;
    // `const T`, `in out T`: the modifiers belong to the parameter, not to its name.
    const modifiers =
      /^(?:(?:const|in|out)\s+)*(?=[\p{ID_Start}$_])/u.exec(text.slice(node.start, node.end))?.[0] ?? "";
    node["name"] = identifier(node["name"], node.start + modifiers.length);
  },
  TSLiteralType(node) {
    const literal = node["literal"] as LooseNode;
    if (literal.type !== "TemplateLiteral") return;
    const expressions = literal["expressions"] as unknown[];
    if (expressions.length === 0) return;
    node.type = "TSTemplateLiteralType";
    node["quasis"] = literal["quasis"];
    node["types"] = expressions;
  },
  TSMappedType(node) {
    const parameter = node["typeParameter"] as LooseNode | undefined;
    if (parameter === undefined) return;
    node["key"] =
      typeof parameter["name"] === "string"
        ? identifier(parameter["name"], parameter.start)
        : parameter["name"];
    node["constraint"] = parameter["constraint"];
    delete node["typeParameter"];
  },
  TSEnumDeclaration(node, text) {
    if (node["body"] !== undefined) return;
    const open = text.indexOf("{", (node["id"] as LooseNode).end);
    node["body"] = { type: "TSEnumBody", members: node["members"], ...span(open, node.end) };
  },
  TSModuleDeclaration(node) {
    node["kind"] ??=
      node["global"] === true ? "global" : isStringLiteral(node["id"]) ? "module" : "namespace";
    flattenModule(node);
  },
  TSImportType(node) {
    typeArguments(node);
    const argument = node["argument"];
    if (isNode(argument)) node["source"] = argument;
  },
  ImportExpression(node) {
    node["options"] ??= null;
  },
};

function decorated(node: LooseNode): void {
  node["decorators"] ??= [];
}

function alignMethod(node: LooseNode): void {
  decorated(node);
  if (node["abstract"] === true) node.type = "TSAbstractMethodDefinition";
  const value = node["value"] as LooseNode;
  if (value["body"] === undefined || value["body"] === null) value.type = "TSEmptyBodyFunctionExpression";
}

function typeArguments(node: LooseNode): void {
  if (node["typeParameters"] !== undefined) {
    node["typeArguments"] ??= node["typeParameters"];
    delete node["typeParameters"];
  }
}

function alignClass(node: LooseNode): void {
  decorated(node);
  if (node["superTypeParameters"] !== undefined) {
    node["superTypeArguments"] ??= node["superTypeParameters"];
    delete node["superTypeParameters"];
  }
  node["implements"] = heritage(node["implements"], "TSClassImplements");
}

function heritage(list: unknown, type: string): LooseNode[] {
  if (!Array.isArray(list)) return [];
  return (list as LooseNode[]).map((item) => {
    item.type = type;
    typeArguments(item);
    item["expression"] = entityAsExpression(item["expression"] as LooseNode);
    return item;
  });
}

/** `extends a.b` is a type name to Babel 7 and an expression to typescript-estree. */
function entityAsExpression(node: LooseNode): LooseNode {
  if (node.type !== "TSQualifiedName") return node;
  node.type = "MemberExpression";
  node["object"] = entityAsExpression(node["left"] as LooseNode);
  node["property"] = node["right"];
  node["computed"] = false;
  node["optional"] = false;
  return node;
}

function signature(node: LooseNode): void {
  if (node["parameters"] !== undefined) {
    node["params"] = node["parameters"];
    delete node["parameters"];
  }
  if (node["typeAnnotation"] !== undefined) {
    node["returnType"] = node["typeAnnotation"];
    delete node["typeAnnotation"];
  }
}

/** `namespace a.b {}` is two nested declarations in Babel 7 and one with a qualified name in typescript-estree. */
function flattenModule(node: LooseNode): void {
  for (
    let inner = node["body"];
    isNode(inner) && inner.type === "TSModuleDeclaration";
    inner = node["body"]
  ) {
    const left = node["id"] as LooseNode;
    const right = inner["id"] as LooseNode;
    node["id"] = { type: "TSQualifiedName", left, right, ...span(left.start, right.end) };
    node["body"] = inner["body"];
  }
}

function isStringLiteral(value: unknown): boolean {
  return isNode(value) && (value.type === "Literal" || value.type === "StringLiteral");
}

function identifier(name: string, start: number): LooseNode {
  return { type: "Identifier", name, ...span(start, start + name.length) };
}

function span(start: number, end: number): { start: number; end: number; range: [number, number] } {
  return { start, end, range: [start, end] };
}
