/** What the ESLint extension's diagnostics look like when they come from Floodgate's rules. */

/** The part of a `vscode.Diagnostic` that says who reports what. */
export interface Shown {
  readonly source?: string | undefined;
  readonly code?: string | number | { readonly value: string | number } | undefined;
}

/** Whether one of these diagnostics is one of our rules, reported by the ESLint extension. */
export function reportedByEslint(diagnostics: readonly Shown[]): boolean {
  return diagnostics.some(({ source, code }) => {
    const id = typeof code === "object" ? code.value : code;
    return source?.toLowerCase() === "eslint" && typeof id === "string" && id.startsWith("floodgate/");
  });
}
