/**
 * The part of TypeScript's API that the type facts use, as structural types: real objects of TypeScript 4.8 to 6 fit
 * them, and neither our code nor our declarations import `typescript`.
 *
 * Methods and plain properties only. TypeScript's constants (`TypeFlags`, `SyntaxKind`) differ from one version to the
 * next, and the copy that made these objects need not be the one that an import would find.
 */

export interface NodeView {
  readonly end: number;
  readonly parent?: NodeView | undefined;
  getStart(): number;
  getSourceFile(): SourceFileView;
  forEachChild<T>(visit: (child: NodeView) => T | undefined): T | undefined;
}

export interface SourceFileView extends NodeView {
  readonly fileName: string;
  readonly text: string;
  readonly isDeclarationFile: boolean;
  readonly statements: readonly NodeView[];
}

export interface SymbolView {
  readonly name: string;
  readonly declarations?: readonly NodeView[] | undefined;
}

export interface SignatureView {
  readonly parameters: readonly SymbolView[];
  getReturnType(): TypeView;
}

export interface TypeView {
  readonly symbol?: SymbolView | undefined;
  readonly aliasSymbol?: SymbolView | undefined;
  isUnion(): boolean;
  isIntersection(): boolean;
  isTypeParameter(): boolean;
  isLiteral(): boolean;
  isClassOrInterface(): boolean;
  getProperty(name: string): SymbolView | undefined;
  getProperties(): readonly SymbolView[];
  getCallSignatures(): readonly SignatureView[];
  getStringIndexType(): TypeView | undefined;
  getNumberIndexType(): TypeView | undefined;
  getBaseTypes(): readonly TypeView[] | undefined;
}

export interface CheckerView {
  getTypeAtLocation(node: NodeView): TypeView;
  getTypeOfSymbolAtLocation(symbol: SymbolView, node: NodeView): TypeView;
  getSymbolAtLocation(node: NodeView): SymbolView | undefined;
  getApparentType(type: TypeView): TypeView;
  getBaseConstraintOfType(type: TypeView): TypeView | undefined;
  getTypeArguments(type: TypeView): readonly TypeView[];
  isArrayType(type: TypeView): boolean;
  isTupleType(type: TypeView): boolean;
  typeToString(type: TypeView): string;
}

export interface ProgramView {
  getTypeChecker(): CheckerView;
  isSourceFileDefaultLibrary(file: SourceFileView): boolean;
  isSourceFileFromExternalLibrary(file: SourceFileView): boolean;
}
