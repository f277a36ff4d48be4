/** The disk around the open files: which limiter resolves, what ESLint's config says, where types come from. */
import { readFileSync, statSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { remedyTargetOf } from "eslint-plugin-floodgate/runtime-module";
import { checkFiles } from "./cli/check-files.ts";
import { filesToCheck } from "./cli/files.ts";
import { eslintConfigs } from "./engine/eslint-config.ts";
import type { AskAnswer, Asker, AskerOptions } from "./engine/types/asker.ts";
import { hasTypeScript } from "./engine/types/locate.ts";
import { fanOutReport } from "./features/fan-out-report.ts";
import { withDependency } from "./features/manifest.ts";
import { vendorPlan } from "./features/vendored.ts";
import type { Program } from "./engine/engine.ts";
import { fingerprint } from "./fingerprint.ts";
import { version } from "./version.ts";
import type { Project, ProjectOptions, Types } from "./host.ts";

/** Makes what answers type questions; `log` and the heap cap are for those that run elsewhere. */
export type StartAsker = (
  options: AskerOptions & { readonly memoryLimitMb: number; log(message: string): void },
) => Asker;

/**
 * @param startAsker - Absent: there are no types.
 * @param fallbackFolders - Where else than in the project a TypeScript may be: beside this program.
 */
export function projectOpener(
  startAsker?: StartAsker,
  fallbackFolders: readonly string[] = [],
): (options: ProjectOptions) => Project {
  return (options) => openProject(options, startAsker, fallbackFolders);
}

/** Files whose types TypeScript can tell: component files are its plugins' business. */
const typed = /\.[cm]?[jt]sx?$/i;

/** Files on disk that change what other files mean; */
const configuration = /\/(?:eslint\.config\.[cm]?[jt]s|package\.json|[tj]sconfig[^/]*\.json)$/;

/** and those that npm, pnpm and Yarn write last when they install. */
const installation = /\/node_modules\/\.(?:package-lock\.json|modules\.yaml|yarn-integrity|yarn-state\.yml)$/;

/** The same by name, for clients that watch no files. */
const configurationNames = [
  ...["js", "mjs", "cjs", "ts", "mts", "cts"].map((extension) => `eslint.config.${extension}`),
  "package.json",
  "tsconfig.json",
  "jsconfig.json",
  ...[".package-lock.json", ".modules.yaml", ".yarn-integrity", ".yarn-state.yml"].map((name) =>
    join("node_modules", name),
  ),
];

/** How many files are looked at before the client hears of them. */
const filesAtOnce = 100;

function openProject(
  options: ProjectOptions,
  startAsker: StartAsker | undefined,
  fallbackFolders: readonly string[],
): Project {
  let folders = pathsOf(options.folders);
  const eslint = options.trusted ? eslintConfigs((problem) => options.log(problem)) : undefined;
  let asker: { readonly asker: Asker; readonly memoryLimitMb: number } | undefined;
  /** The last question about each file, while an earlier one is being answered. */
  const queue = new Map<string, { start(): void; drop(): void }>();
  const busy = new Set<string>();
  /** Folders whose files can see a TypeScript: where there is none, nothing is held back until it answers. */
  const typeScriptIn = new Map<string, boolean>();
  /** The workspace's files, once they were asked for. */
  let listed: ReadonlySet<string> | undefined;
  /** What was seen of the configuration in and above a folder, for clients that watch no files. */
  const seenAbove = new Map<string, string>();

  /**
   * What the asker was shown of each file, as a fingerprint: it goes on believing that, and nothing can take it back. So once
   * the disk, which counts for a closed file, says otherwise, another asker takes its place.
   */
  const shown = new Map<string, string>();
  const closed = new Set<string>();

  const isShownOtherwise = (path: string): boolean => {
    const text = shown.get(path);
    return text !== undefined && text !== fingerprint(readText(path) ?? "");
  };

  const startAnew = (): void => {
    asker?.asker.dispose();
    asker = undefined;
    shown.clear();
    closed.clear();
  };

  const list = (): ReadonlySet<string> => (listed = new Set(folders.flatMap((path) => filesIn(path))));

  const configurationChanged = (): void => {
    eslint?.drop();
    typeScriptIn.clear();
    asker?.asker.changed(undefined);
  };

  const askerWith = (memoryLimitMb: number, start: StartAsker): Asker => {
    if (asker?.memoryLimitMb !== memoryLimitMb) {
      startAnew();
      const { trusted } = options;
      const log = (message: string) => options.log(message);
      asker = { memoryLimitMb, asker: start({ trusted, fallbackFolders, memoryLimitMb, log }) };
    }
    return asker.asker;
  };

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
    vendored(uri, program, folder) {
      const fileName = pathOf(uri);
      const manifest = fileName === undefined ? undefined : manifestAbove(fileName);
      if (fileName === undefined || manifest === undefined) return undefined;
      const root = dirname(manifest);
      // How an import compiles here is what the plugin's own rule would say of any module that is there.
      const { runtime } = remedyTargetOf(
        {
          filename: fileName,
          physicalFilename: fileName,
          cwd: root,
          sourceCode: { ast: program.ast, text: program.file.text },
        },
        { runtimeModule: "./package.json" },
      );
      if (runtime === undefined) return undefined;
      const plan = vendorPlan({
        file: relative(root, fileName).split(sep).join("/"),
        style: runtime.style,
        packageType: packageTypeOf(manifest),
        relativeSpecifiers: relativeSpecifiersIn(program),
        folder,
        folderExists: (name) => statSync(join(root, name), { throwIfNoEntry: false })?.isDirectory() ?? false,
        read: (name) => readText(join(root, name)),
      });
      if (plan === undefined) return undefined;
      const { target, path, create } = plan;
      return {
        target,
        path,
        ...(create !== undefined && { create: { uri: pathToFileURL(join(root, path)).href, text: create } }),
      };
    },
    addDependency(uri, name, packageVersion) {
      const fileName = pathOf(uri);
      const manifest = fileName === undefined ? undefined : manifestAbove(fileName);
      const text = manifest === undefined ? undefined : readText(manifest);
      if (manifest === undefined || text === undefined) return undefined;
      const edits = withDependency(text, name, packageVersion);
      return edits && { uri: pathToFileURL(manifest).href, text, edits };
    },
    mayHaveTypes(uri) {
      const fileName = pathOf(uri);
      if (startAsker === undefined || fileName === undefined || !typed.test(uri)) return false;
      const folder = dirname(fileName);
      let found = typeScriptIn.get(folder);
      if (found === undefined) {
        found = hasTypeScript(options.trusted ? [folder, ...fallbackFolders] : fallbackFolders);
        typeScriptIn.set(folder, found);
      }
      return found;
    },
    types({ uri, text, config, memoryLimitMb }): Promise<Types> {
      const fileName = pathOf(uri);
      if (fileName === undefined || startAsker === undefined) return Promise.resolve({ source: "types off" });
      const ask = (): Promise<Types> => {
        busy.add(uri);
        const current = askerWith(memoryLimitMb, startAsker);
        shown.set(fileName, fingerprint(text));
        closed.delete(fileName);
        return current
          .ask({ fileName, text, config })
          .then((answer) => (asker?.asker === current ? typesOf(answer, text) : superseded))
          .finally(() => {
            busy.delete(uri);
            const next = queue.get(uri);
            queue.delete(uri);
            next?.start();
          });
      };
      if (!busy.has(uri)) return ask();
      // Only the latest text is worth asking about.
      queue.get(uri)?.drop();
      return new Promise((resolve, reject) => {
        queue.set(uri, {
          start: () => void ask().then(resolve, reject),
          drop: () => resolve(superseded),
        });
      });
    },
    closed(uri) {
      const fileName = pathOf(uri);
      if (fileName === undefined) return false;
      closed.add(fileName);
      if (!isShownOtherwise(fileName)) return false;
      startAnew();
      return true;
    },
    changed(uris) {
      const paths = pathsOf(uris);
      const isOutdated = paths.some((path) => closed.has(path) && isShownOtherwise(path));
      if (isOutdated) startAnew();
      if (uris.some((uri) => installation.test(uri))) {
        configurationChanged();
        // A module that is loaded stays loaded: another version of TypeScript needs another thread.
        startAnew();
        return true;
      }
      if (uris.some((uri) => configuration.test(uri))) {
        configurationChanged();
        return true;
      }
      if (paths.length > 0) asker?.asker.changed(paths);
      return isOutdated;
    },
    lookAround(uri) {
      const fileName = pathOf(uri);
      if (fileName === undefined) return false;
      const folder = dirname(fileName);
      const before = seenAbove.get(folder);
      const now = configurationAbove(folder);
      seenAbove.set(folder, now);
      const isChanged = before !== undefined && before !== now;
      if (isChanged) configurationChanged();
      else asker?.asker.changed([fileName]);
      return isChanged;
    },
    foldersChanged(added, removed) {
      listed = undefined;
      const gone = new Set(pathsOf(removed));
      folders = [...folders.filter((folder) => !gone.has(folder)), ...pathsOf(added)];
    },
    canonical(uri) {
      const fileName = pathOf(uri);
      return fileName === undefined ? uri : pathToFileURL(fileName).href;
    },
    async check(config, uris, onFiles, goOn) {
      const wanted = uris === undefined ? [...list()] : pathsOf(uris);
      const isNew = (path: string) =>
        listed?.has(path) !== true && statSync(path, { throwIfNoEntry: false })?.isFile() === true;
      if (uris !== undefined && wanted.some(isNew)) list();
      const files = wanted.filter(
        (path) => listed?.has(path) === true && statSync(path, { throwIfNoEntry: false }),
      );
      for (let at = 0; at < files.length && goOn(); at += filesAtOnce) {
        const { results } = await checkFiles(files.slice(at, at + filesAtOnce), {
          engine: options.engine,
          cwd: folders[0] ?? "",
          defaults: config,
          ...(eslint !== undefined && { eslint }),
          fix: false,
          remedies: false,
          onFile: goOn,
        });
        onFiles(
          results.map(({ fileName, text, reports, lookedElsewhere }) => ({
            uri: pathToFileURL(fileName).href,
            text,
            reports,
            lookedElsewhere,
          })),
        );
      }
    },
    async report(config, onFile) {
      const [root] = folders;
      if (root === undefined) return { sites: [], filesRead: 0, markdown: "", sarif: "" };
      const outcome = await checkFiles([...list()], {
        engine: options.engine,
        cwd: root,
        defaults: config,
        ...(eslint !== undefined && { eslint }),
        fix: false,
        remedies: false,
        onFile,
      });
      return fanOutReport(outcome, root, version);
    },
    dispose() {
      asker?.asker.dispose();
    },
  };
}

function manifestAbove(fileName: string): string | undefined {
  for (let folder = dirname(fileName); ; folder = dirname(folder)) {
    const manifest = join(folder, "package.json");
    if (statSync(manifest, { throwIfNoEntry: false })?.isFile() === true) return manifest;
    if (dirname(folder) === folder) return undefined;
  }
}

/** A folder that is gone, or that never was, has no files. */
function filesIn(folder: string): string[] {
  return statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true
    ? filesToCheck([folder], folder)
    : [];
}

/** When and how large each file is that configures what is in a folder. */
function configurationAbove(folder: string): string {
  const seen: string[] = [];
  for (let at = folder; ; at = dirname(at)) {
    for (const name of configurationNames) {
      const found = statSync(join(at, name), { throwIfNoEntry: false });
      if (found !== undefined) seen.push(`${join(at, name)}:${found.mtimeMs}:${found.size}`);
    }
    if (dirname(at) === at) return seen.join("\n");
  }
}

function packageTypeOf(manifest: string): "module" | "commonjs" {
  try {
    return (JSON.parse(readText(manifest) ?? "") as { type?: unknown }).type === "module"
      ? "module"
      : "commonjs";
  } catch {
    // Half-written: what Node takes a package without a type for.
    return "commonjs";
  }
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    // Not there, or not for us to read: the same here.
    return undefined;
  }
}

function relativeSpecifiersIn({ ast }: Program): string[] {
  return ast.body.flatMap((statement) => {
    const source = "source" in statement ? statement.source : undefined;
    const specifier =
      source === null || source === undefined || !("value" in source) ? undefined : source.value;
    return typeof specifier === "string" && /^\.\.?\//.test(specifier) ? [specifier] : [];
  });
}

/** The question was asked again, or is going to be. */
const superseded: Types = { source: "", superseded: true };

function typesOf({ table, source }: AskAnswer, text: string): Types {
  return table === undefined ? { source } : { source, typed: { text, table } };
}

function pathsOf(uris: readonly string[]): string[] {
  return uris.map(pathOf).filter((path) => path !== undefined);
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
