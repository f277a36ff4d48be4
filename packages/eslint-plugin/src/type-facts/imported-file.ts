/** The project's own file behind an import specifier. */
import type { ImportedFile } from "../analysis/index.ts";
import type { CheckerView, NodeView, ProgramView, SourceFileView } from "./compiler.ts";

/** Undefined for packages, for declaration files (no body to read), and for what the program did not find. */
export function importedFileOf(
  specifier: string,
  from: SourceFileView,
  program: ProgramView,
  checker: CheckerView,
): ImportedFile | undefined {
  const literal = specifiersOf(from).find(({ text }) => text === specifier);
  const imported = literal && checker.getSymbolAtLocation(literal)?.declarations?.[0]?.getSourceFile();
  if (!imported || imported.isDeclarationFile || program.isSourceFileFromExternalLibrary(imported))
    return undefined;
  return { fileName: imported.fileName, text: imported.text };
}

type Specifier = NodeView & { readonly text: string };

function specifiersOf(file: SourceFileView): readonly Specifier[] {
  // TypeScript gathers them, `require` calls of JavaScript files included, when it binds the file.
  const gathered = (file as { imports?: readonly Specifier[] }).imports;
  if (gathered) return gathered;
  return file.statements.flatMap((statement) => {
    const { moduleSpecifier } = statement as { moduleSpecifier?: Specifier };
    return moduleSpecifier ? [moduleSpecifier] : [];
  });
}
