/**
 * Types from TypeScript 7 through its API, which talks to a child process. The API is not stable yet: this file knows that
 * of 7.0, `typescript-7-next.ts` brings the next one to its shape, `back-ends.test.ts` holds both to one contract, and a
 * version that does not keep it is refused with a reason.
 *
 * Files are never opened with `openFiles`: those are pinned to their content on disk, and overlays silently ignored.
 */
import { typeFactsOf, nodeFinder } from "eslint-plugin-floodgate/type-facts";
import type { FactsAnswer, TypeBackEnd } from "./back-end.ts";
import { configOf } from "./tsconfig.ts";
import { viewsOf, type Api7Module, type Project7, type Snapshot7 } from "./typescript-7-views.ts";

/** Whether a module is the API we know. */
export function isApi7(module: unknown): module is Api7Module {
  const { API, SignatureKind } = module as Partial<Api7Module>;
  return (
    typeof API === "function" &&
    typeof (API.prototype as Partial<InstanceType<Api7Module["API"]>>).updateSnapshot === "function" &&
    typeof SignatureKind?.Call === "number"
  );
}

export interface TypeScript7Options {
  readonly version: string;
  /** Any folder of the project: relative paths start there. */
  readonly folder: string;
  /** Whether texts on screen may differ from the disk; slower, because every read of a file asks us first. */
  readonly overlays: boolean;
}

export function typescript7(module: Api7Module, options: TypeScript7Options): TypeBackEnd {
  const overlays = new Map<string, string>();
  const api = new module.API({
    cwd: options.folder,
    ...(options.overlays && { fs: { readFile: (name: string) => overlays.get(name) } }),
  });
  const listed = new Map<string, ReadonlySet<string> | undefined>();
  const opened = new Set<string>();
  const projectOf = new Map<string, string>();
  let snapshot: Snapshot7 | undefined;
  let pending = new Set<string>();
  let all = false;

  const filesOf = (config: string): readonly string[] | undefined => {
    if (!listed.has(config)) {
      try {
        listed.set(config, new Set(api.parseConfigFile(config).fileNames));
      } catch {
        listed.set(config, undefined);
      }
    }
    return [...(listed.get(config) ?? [])];
  };

  const includes = (config: string, fileName: string): boolean => {
    filesOf(config);
    return listed.get(config)?.has(fileName) ?? false;
  };

  const snapshotWith = (config: string): Snapshot7 => {
    const isNew = !opened.has(config);
    if (snapshot !== undefined && !isNew && pending.size === 0 && !all) return snapshot;
    const next = api.updateSnapshot({
      ...(isNew && { openProjects: [config] }),
      ...(all
        ? { fileChanges: { invalidateAll: true as const } }
        : pending.size > 0 && { fileChanges: { changed: [...pending] } }),
    });
    opened.add(config);
    pending = new Set();
    all = false;
    snapshot?.dispose();
    return (snapshot = next);
  };

  return {
    name: `TypeScript ${options.version}`,
    factsOf(fileName, text): FactsAnswer {
      if (text !== overlays.get(fileName)) {
        if (text === undefined) overlays.delete(fileName);
        else overlays.set(fileName, text);
        pending.add(fileName);
      }
      let config = projectOf.get(fileName);
      if (config === undefined) {
        config = configOf(fileName, (candidate) => (includes(candidate, fileName) ? [fileName] : []))?.config;
        if (config === undefined) return { kind: "none", why: "no tsconfig.json above this file" };
        projectOf.set(fileName, config);
      }
      const project = snapshotWith(config).getProject(config);
      const sourceFile = project?.program.getSourceFile(fileName);
      if (project === undefined || sourceFile === undefined)
        return { kind: "none", why: `${config} does not include this file` };
      return { kind: "facts", config, facts: factsOf(module, project, sourceFile) };
    },
    // A project is opened whole, whatever is asked about.
    expect: () => undefined,
    changed(fileNames) {
      listed.clear();
      projectOf.clear();
      if (fileNames === undefined) all = true;
      else for (const name of fileNames) pending.add(name);
    },
    dispose() {
      snapshot?.dispose();
      api.close();
    },
  };
}

function factsOf(
  module: Api7Module,
  project: Project7,
  sourceFile: NonNullable<ReturnType<Project7["program"]["getSourceFile"]>>,
) {
  const views = viewsOf(module, project);
  const view = views.sourceFile(sourceFile);
  return typeFactsOf({ program: views.program, sourceFile: view, tsNode: nodeFinder(view) });
}
