/** TypeScript 7's objects seen as those of TypeScript 6, as far as the type facts look. */
import type {
  CheckerView,
  NodeView,
  ProgramView,
  SignatureView,
  SourceFileView,
  SymbolView,
  TypeView,
} from "eslint-plugin-floodgate/type-facts";

/** The module's exports that we use; structural, so that no copy of TypeScript 7 is needed to compile this. */
export interface Api7Module {
  readonly API: new (options: {
    readonly cwd: string;
    readonly fs?: { readonly readFile: (name: string) => string | undefined };
  }) => Api7;
  readonly SignatureKind: { readonly Call: number };
}

export interface Api7 {
  parseConfigFile(config: string): { readonly fileNames: readonly string[] };
  updateSnapshot(params: {
    readonly openProjects?: readonly string[];
    readonly fileChanges?: { readonly changed: readonly string[] } | { readonly invalidateAll: true };
  }): Snapshot7;
  close(): void;
}

export interface Snapshot7 {
  getProject(config: string): Project7 | undefined;
  dispose(): void;
}

export interface Project7 {
  readonly program: {
    getSourceFile(fileName: string): SourceFileView | undefined;
    getSourceFileMetadataByPath(
      path: string,
    ): { readonly isDefaultLibrary: boolean; readonly isFromExternalLibrary: boolean } | undefined;
  };
  readonly checker: Checker7;
}

interface Handle7 {
  readonly path: string;
  resolve(): NodeView | undefined;
}

interface Symbol7 {
  readonly id: number;
  readonly name: string;
  readonly declarations: readonly Handle7[];
  getExports(): ReadonlyMap<string, unknown>;
}

interface Type7 {
  readonly id: number;
  getSymbol(): Symbol7 | undefined;
  getAliasSymbol(): Symbol7 | undefined;
  getTypes?(): readonly Type7[] | undefined;
  getTarget?(): Type7;
  getBaseTypes(): readonly Type7[] | undefined;
  isUnionType(): boolean;
  isIntersectionType(): boolean;
  isTypeParameter(): boolean;
  isLiteralType(): boolean;
  isClassOrInterface(): boolean;
  isTypeReference(): boolean;
  isTupleType(): boolean;
  readonly elementFlags?: readonly number[];
}

interface Signature7 {
  getParameters(): readonly Symbol7[];
}

interface Checker7 {
  getTypeAtLocation(node: NodeView): Type7 | undefined;
  getTypeOfSymbolAtLocation(symbol: Symbol7, node: NodeView): Type7;
  getSymbolAtLocation(node: NodeView): Symbol7 | undefined;
  getAliasedSymbol(symbol: Symbol7): Symbol7;
  getApparentType(type: Type7): Type7 | undefined;
  getBaseConstraintOfType(type: Type7): Type7 | undefined;
  getTypeArguments(type: Type7): readonly Type7[];
  getSignaturesOfType(type: Type7, kind: number): readonly Signature7[];
  getReturnTypeOfSignature(signature: Signature7): Type7 | undefined;
  getPropertyOfType(type: Type7, name: string): Symbol7 | undefined;
  getPropertiesOfType(type: Type7): readonly Symbol7[];
  getIndexInfosOfType(type: Type7): readonly { readonly keyType: Type7; readonly valueType: Type7 }[];
  isArrayType(type: Type7): boolean;
  isTupleType(type: Type7): boolean;
  typeToString(type: Type7): string;
}

export interface Views {
  readonly program: ProgramView;
  sourceFile(file: SourceFileView): SourceFileView;
}

/** `ElementFlags.Rest | ElementFlags.Variadic`. */
const restFlags = 4 | 8;

export function viewsOf(
  { SignatureKind }: Pick<Api7Module, "SignatureKind">,
  { program, checker }: Project7,
): Views {
  const types = new Map<number, TypeView>();
  const symbols = new Map<number, SymbolView>();
  const typeBehind = new WeakMap<TypeView, Type7>();
  const symbolBehind = new WeakMap<SymbolView, Symbol7>();
  const pathOf = new WeakMap<SourceFileView, string>();

  const behind = (view: TypeView): Type7 => found(typeBehind.get(view));

  function typeView(type: Type7 | undefined): TypeView {
    const present = found(type);
    let view = types.get(present.id);
    if (view === undefined) {
      types.set(present.id, (view = makeTypeView(present)));
      typeBehind.set(view, present);
    }
    return view;
  }

  function makeTypeView(type: Type7): TypeView {
    const indexed = (key: string) => {
      const info = checker
        .getIndexInfosOfType(type)
        .find(({ keyType }) => checker.typeToString(keyType) === key);
      return info && typeView(info.valueType);
    };
    const target = once(() => (type.isTypeReference() ? type.getTarget?.() : undefined));
    return {
      get symbol() {
        return symbolView(type.getSymbol());
      },
      get aliasSymbol() {
        return symbolView(type.getAliasSymbol());
      },
      get types() {
        return type.getTypes?.()?.map(typeView);
      },
      get target() {
        const generic = target();
        return generic && typeView(generic);
      },
      get hasRestElement() {
        return type.elementFlags?.some((flag) => (flag & restFlags) !== 0) ?? true;
      },
      isUnion: () => type.isUnionType(),
      isIntersection: () => type.isIntersectionType(),
      isTypeParameter: () => type.isTypeParameter(),
      isLiteral: () => type.isLiteralType(),
      isClassOrInterface: () => type.isClassOrInterface(),
      getProperty: (name: string) => symbolView(checker.getPropertyOfType(type, name)),
      getProperties: once(() => checker.getPropertiesOfType(type).map(knownSymbolView)),
      getCallSignatures: once(() => checker.getSignaturesOfType(type, SignatureKind.Call).map(signatureView)),
      getStringIndexType: () => indexed("string"),
      getNumberIndexType: () => indexed("number"),
      getBaseTypes: () => type.getBaseTypes()?.map(typeView),
    } as TypeView;
  }

  function signatureView(signature: Signature7): SignatureView {
    return {
      get parameters() {
        return signature.getParameters().map(knownSymbolView);
      },
      getReturnType: () => typeView(checker.getReturnTypeOfSignature(signature)),
    };
  }

  function symbolView(symbol: Symbol7 | undefined): SymbolView | undefined {
    return symbol && knownSymbolView(symbol);
  }

  function knownSymbolView(symbol: Symbol7): SymbolView {
    const known = symbols.get(symbol.id);
    if (known !== undefined) return known;
    const view = {
      name: symbol.name,
      get declarations() {
        return symbol.declarations.map(declarationView);
      },
      get exports() {
        return symbol.getExports();
      },
    } as SymbolView;
    symbols.set(symbol.id, view);
    symbolBehind.set(view, symbol);
    return view;
  }

  /** A node elsewhere. Which file it is in is known at once; that file's tree is fetched when more is asked. */
  function declarationView(handle: Handle7): NodeView {
    const node = once(() => found(handle.resolve()));
    return {
      get end() {
        return node().end;
      },
      get parent() {
        return node().parent;
      },
      get name() {
        return (node() as { readonly name?: NodeView }).name;
      },
      get body() {
        return (node() as { readonly body?: NodeView }).body;
      },
      getStart: () => node().getStart(),
      getSourceFile: () => remoteFile(handle.path, () => node().getSourceFile()),
      forEachChild: <T>(visit: (child: NodeView) => T | undefined) => node().forEachChild(visit),
    } as NodeView;
  }

  function remoteFile(path: string, fetch: () => SourceFileView): SourceFileView {
    const file = once(fetch);
    const view = {
      // The path is lower-cased where the file system does not care; a package's name is lower-case anyway.
      get fileName() {
        return path.includes("/node_modules/") ? path : file().fileName;
      },
      get text() {
        return file().text;
      },
      get isDeclarationFile() {
        return /\.d\.(?:[^./]+\.)?[cm]?ts$/.test(path);
      },
      get statements() {
        return file().statements;
      },
    } as SourceFileView;
    pathOf.set(view, path);
    return view;
  }

  const metadataOf = (file: SourceFileView) =>
    program.getSourceFileMetadataByPath(
      pathOf.get(file) ?? (file as { readonly path?: string }).path ?? file.fileName,
    );

  const checkerView: CheckerView = {
    getTypeAtLocation: (node) => typeView(checker.getTypeAtLocation(node)),
    getTypeOfSymbolAtLocation: (symbol, node) =>
      typeView(checker.getTypeOfSymbolAtLocation(found(symbolBehind.get(symbol)), node)),
    getSymbolAtLocation: (node) => symbolView(checker.getSymbolAtLocation(node)),
    getApparentType: (type) => typeView(checker.getApparentType(behind(type)) ?? behind(type)),
    getBaseConstraintOfType(type) {
      const constraint = checker.getBaseConstraintOfType(behind(type));
      return constraint && typeView(constraint);
    },
    getTypeArguments: (type) => checker.getTypeArguments(behind(type)).map(typeView),
    isArrayType: (type) => checker.isArrayType(behind(type)),
    isTupleType: (type) => checker.isTupleType(behind(type)),
    typeToString: (type) => checker.typeToString(behind(type)),
  };

  return {
    program: {
      getTypeChecker: () => checkerView,
      isSourceFileDefaultLibrary: (file) => metadataOf(file)?.isDefaultLibrary ?? false,
      isSourceFileFromExternalLibrary: (file) => metadataOf(file)?.isFromExternalLibrary ?? false,
    },
    sourceFile: (file) => file,
  };
}

/** Thrown inside a question, which is then answered "unknown". */
function found<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("TypeScript has no answer.");
  return value;
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
