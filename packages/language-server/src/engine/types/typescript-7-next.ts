/** The API of TypeScript 7.1's builds, brought to the shape that 7.0's has: the same questions under other names. */
import type { Api7, Api7Module, Project7, Snapshot7 } from "./typescript-7-views.ts";

/** `typescript/sync`, as far as we use it; structural, so that no copy is needed to compile this. */
export interface Api71Module {
  readonly API: new (options: { readonly cwd: string; readonly fs?: object }) => Api71;
  readonly SignatureKind: { readonly Call: number };
}

/** `typescript/fs` */
export interface Fs71Module {
  readonly serverFS: { readonly useOS: unknown };
}

interface Api71 extends Pick<Api7, "parseConfigFile" | "close"> {
  createSnapshot(params: Changes71): Snapshot71;
}

interface Changes71 {
  readonly openProjects?: readonly string[];
  readonly fileNotifications?: { readonly changed: readonly string[] } | { readonly invalidateAll: true };
}

interface Snapshot71 extends Pick<Snapshot7, "dispose"> {
  getConfiguredProject(config: string): Project7 | undefined;
  update(changes: Changes71): Snapshot71;
}

/** Whether two modules are the API we know. */
export function isApi71(sync: unknown, fs: unknown): boolean {
  const { API, SignatureKind } = sync as Partial<Api71Module>;
  return (
    typeof API === "function" &&
    "createSnapshot" in (API.prototype as object) &&
    typeof SignatureKind?.Call === "number" &&
    (fs as Partial<Fs71Module>).serverFS?.useOS !== undefined
  );
}

export function api71(sync: Api71Module, { serverFS: { useOS } }: Fs71Module): Api7Module {
  class AsBefore implements Api7 {
    readonly #api: Api71;
    readonly #opened = new Set<string>();
    #latest: Snapshot71 | undefined;

    constructor({ cwd, fs }: ConstructorParameters<Api7Module["API"]>[0]) {
      this.#api = new sync.API({
        cwd,
        ...(fs !== undefined && {
          fs: {
            ...Object.fromEntries(fileSystem.map((name) => [name, useOS])),
            readFile: (name: string) => fs.readFile(name) ?? useOS,
          },
        }),
      });
    }

    parseConfigFile(config: string): { readonly fileNames: readonly string[] } {
      return this.#api.parseConfigFile(config);
    }

    updateSnapshot({ openProjects = [], fileChanges }: Parameters<Api7["updateSnapshot"]>[0]): Snapshot7 {
      for (const config of openProjects) this.#opened.add(config);
      const changes = {
        // Only projects that are named again take in what changed.
        openProjects: [...this.#opened],
        ...(fileChanges !== undefined && { fileNotifications: fileChanges }),
      };
      const next = this.#latest?.update(changes) ?? this.#api.createSnapshot(changes);
      this.#latest = next;
      return {
        getProject: (config) => next.getConfiguredProject(config),
        // Where nothing changed, the next snapshot is this one.
        dispose: () => {
          if (this.#latest !== next) next.dispose();
        },
      };
    }

    close(): void {
      this.#api.close();
    }
  }
  return { API: AsBefore, SignatureKind: sync.SignatureKind };
}

/** What a file system must say, each by itself or by leaving it to the operating system. */
const fileSystem = [
  "directoryExists",
  "fileExists",
  "getAccessibleEntries",
  "readFile",
  "realpath",
  "stat",
  "writeFile",
  "removeFile",
];
