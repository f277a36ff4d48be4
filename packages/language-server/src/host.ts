/** What the server takes from where it runs: Node has a disk and other threads, a browser worker has neither. */
import type { Edit, ImportTarget, Policy, RemedyTarget } from "eslint-plugin-floodgate/analysis";
import type { Engine, Program } from "./engine/engine.ts";
import type { ProjectConfig } from "./engine/eslint-config.ts";
import type { FanOutReportResult } from "./protocol.ts";
import type { FileConfig } from "./engine/rule-config.ts";
import type { NewFile } from "./convert.ts";
import type { Report } from "./engine/lint.ts";
import type { TypedText } from "./documents.ts";

export interface Host {
  readonly engine: Engine;
  /** Milliseconds from some fixed moment. */
  now(): number;
  /** Called once the client said whether its workspace is trusted, and where it is. */
  openProject?(options: ProjectOptions): Project;
}

export interface ProjectOptions {
  /** Whether code of the workspace may run. */
  readonly trusted: boolean;
  /** Workspace folders, as URIs. */
  readonly folders: readonly string[];
  readonly engine: Engine;
  log(message: string): void;
}

/** A file whose types are asked for. */
export interface TypeRequest {
  readonly uri: string;
  readonly text: string;
  readonly config: FileConfig;
  readonly memoryLimitMb: number;
}

export interface Types {
  /** The answers, or undefined where there can be none. */
  readonly typed?: TypedText;
  /** "TypeScript 6.0.3, tsconfig.json"; "types off: no TypeScript in this project". */
  readonly source: string;
  /** A later question about the same file took this one's place; its answer follows. */
  readonly superseded?: true;
}

export interface Vendored {
  readonly target: ImportTarget;
  /** For people: `src/floodgate.ts`. */
  readonly path: string;
  readonly create?: NewFile;
}

export interface ManifestEdit {
  readonly uri: string;
  readonly text: string;
  readonly edits: readonly Edit[];
}

/** A file on disk, looked at without types. */
export interface CheckedFile {
  /** As `canonical` writes it. */
  readonly uri: string;
  readonly text: string;
  readonly reports: readonly Report[];
  /** Whether files that it imports were looked into: then it depends on them, too. */
  readonly lookedElsewhere: boolean;
}

/** The disk around the open files. */
export interface Project {
  /** One spelling of a file's address for the several that clients have. */
  canonical(uri: string): string;
  remedyTarget(uri: string, program: Program, policy: Policy): RemedyTarget;
  /** The limiter as a file of the project's own; undefined where there is no place for it. */
  vendored(uri: string, program: Program, folder: string): Vendored | undefined;
  /** What it takes to list a package among the dependencies; undefined where it is listed, or there is no package.json. */
  addDependency(uri: string, name: string, version: string): ManifestEdit | undefined;
  /** What the project's ESLint config says of our rules in this file. */
  eslintConfig(uri: string): Promise<ProjectConfig>;
  /** Whether types may be had for this file, as far as can be said without asking. */
  mayHaveTypes(uri: string): boolean;
  /** Asks a type checker in another thread or process. A later request for the same file replaces an earlier one. */
  types(request: TypeRequest): Promise<Types>;
  /**
   * A document was closed.
   *
   * @returns Whether types of the other ones may be different now: it was not saved.
   */
  closed(uri: string): boolean;
  /**
   * Files changed on disk, or dependencies did: what is remembered of them is dropped.
   *
   * @returns Whether that may change what any other file means.
   */
  changed(uris: readonly string[]): boolean;
  /** Folders came to the workspace, and went from it. */
  foldersChanged(added: readonly string[], removed: readonly string[]): void;
  /**
   * Looks at files of the workspace as they are on disk, without types.
   *
   * @param uris - Those that are wanted, as far as they are the workspace's; all of them by default.
   * @param onFiles - Given those that hold a site, some at a time.
   * @param goOn - Asked before each file.
   */
  check(
    config: FileConfig,
    uris: readonly string[] | undefined,
    onFiles: (files: readonly CheckedFile[]) => void,
    goOn: () => boolean,
  ): Promise<void>;
  /**
   * A document was opened or saved whose client watches no files.
   *
   * @returns Whether the configuration around it has changed since the last time, and with it what any file means.
   */
  lookAround(uri: string): boolean;
  /**
   * Every site in the workspace.
   *
   * @param onFile - Called before each file; `false` stops there.
   */
  report(config: FileConfig, onFile: (done: number, total: number) => boolean): Promise<FanOutReportResult>;
  dispose(): void;
}
