/** The disk around the open files: which limiter resolves, where types come from. The server's only reader of disk. */
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { remedyTargetOf } from "eslint-plugin-floodgate/runtime-module";
import { eslintConfigs } from "./engine/eslint-config.ts";
import type { Project, ProjectOptions } from "./host.ts";

export function openProject(options: ProjectOptions): Project {
  const folders = options.folders.map(pathOf).filter((path) => path !== undefined);
  const eslint = options.trusted ? eslintConfigs((problem) => options.log(problem)) : undefined;
  return {
    eslintConfig(uri) {
      const fileName = pathOf(uri);
      if (fileName === undefined || eslint === undefined) return Promise.resolve({ kind: "none" });
      return eslint.of(fileName);
    },
    remedyTarget(uri, { ast, file }, policy) {
      const fileName = pathOf(uri);
      if (fileName === undefined) return {};
      const folder = folders
        .filter((path) => fileName.startsWith(path))
        .sort((a, b) => b.length - a.length)[0];
      return remedyTargetOf(
        {
          filename: fileName,
          physicalFilename: fileName,
          cwd: folder ?? dirname(fileName),
          sourceCode: { ast, text: file.text },
        },
        policy,
      );
    },
    mayHaveTypes: () => false,
    types: () => Promise.resolve({ source: "types off" }),
    changed(uris) {
      if (
        uris.some((uri) => /\/(?:eslint\.config\.[cm]?[jt]s|package\.json|\.package-lock\.json)$/.test(uri))
      )
        eslint?.drop();
    },
    dispose: () => undefined,
  };
}

/** Only files have a path: `untitled:`, `vscode-notebook-cell:` and `git:` documents have none. */
function pathOf(uri: string): string | undefined {
  if (!uri.startsWith("file:")) return undefined;
  try {
    return fileURLToPath(uri);
  } catch {
    return undefined;
  }
}
