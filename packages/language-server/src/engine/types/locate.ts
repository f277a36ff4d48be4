/** Which TypeScript a project has, and the back end that goes with it. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { TypeBackEnd } from "./back-end.ts";
import { isApi7, typescript7 } from "./typescript-7.ts";
import { api71, isApi71, type Api71Module, type Fs71Module } from "./typescript-7-next.ts";
import type { Api7Module } from "./typescript-7-views.ts";
import { typescript6 } from "./typescript-6.ts";

export type TypesChoice = "auto" | "ts7" | "ts6" | "off";

export interface BackEndOptions {
  /** Files of the project are in or under this folder. */
  readonly folder: string;
  readonly choice: TypesChoice;
  /** Whether the project's own TypeScript may be loaded. */
  readonly trusted: boolean;
  readonly overlays: boolean;
  /** Folders to look for TypeScript in after the project's: where this program is installed. */
  readonly fallbackFolders?: readonly string[];
}

export type BackEndAnswer =
  | { readonly kind: "back-end"; readonly backEnd: TypeBackEnd; readonly notice?: string }
  | { readonly kind: "none"; readonly why: string };

/** The first TypeScript that will do: the project's own, then ours. */
export async function openBackEnd(options: BackEndOptions): Promise<BackEndAnswer> {
  if (options.choice === "off") return { kind: "none", why: "turned off" };
  const folders = [...(options.trusted ? [options.folder] : []), ...(options.fallbackFolders ?? [])];
  const reasons: string[] = [];
  for (const folder of folders) {
    for (const found of installedIn(folder)) {
      if (!fits(found.version, options.choice)) {
        reasons.push(`TypeScript ${found.version} is not what was asked for (${options.choice})`);
        continue;
      }
      const backEnd = await load(found, options);
      if (typeof backEnd !== "string")
        return { kind: "back-end", backEnd, ...(reasons[0] !== undefined && { notice: reasons.join("; ") }) };
      reasons.push(backEnd);
    }
  }
  if (!options.trusted && reasons.length === 0) reasons.push("the workspace is not trusted");
  return { kind: "none", why: reasons.join("; ") || "no TypeScript is installed here" };
}

/** Whether a TypeScript can be found from any of these folders, whichever its version. Loads nothing. */
export function hasTypeScript(folders: readonly string[]): boolean {
  return folders.some((folder) => installedIn(folder).length > 0);
}

interface Installed {
  readonly version: string;
  readonly require: NodeJS.Require;
}

function installedIn(folder: string): Installed[] {
  const require = createRequire(join(folder, "noop.js"));
  try {
    const manifest = JSON.parse(readFileSync(require.resolve("typescript/package.json"), "utf8")) as {
      version?: unknown;
    };
    return typeof manifest.version === "string" ? [{ version: manifest.version, require }] : [];
  } catch {
    return [];
  }
}

const majorOf = (version: string): number => Number(version.split(".")[0]);

function fits(version: string, choice: TypesChoice): boolean {
  if (choice === "ts7") return majorOf(version) >= 7;
  if (choice === "ts6") return majorOf(version) < 7;
  return true;
}

/** The back end, or in a sentence why this TypeScript cannot be one. */
async function load({ version, require }: Installed, options: BackEndOptions): Promise<TypeBackEnd | string> {
  try {
    if (majorOf(version) < 7) {
      const [major = 0, minor = 0] = version.split(".").map(Number);
      if (major < 4 || (major === 4 && minor < 8)) return `TypeScript ${version} is older than 4.8`;
      return typescript6(require("typescript") as typeof import("typescript"));
    }
    const api = await loadApi7(require);
    if (api !== undefined)
      return typescript7(api, { version, folder: options.folder, overlays: options.overlays });
    return `the API of TypeScript ${version} is not one this version knows`;
  } catch (error) {
    return `TypeScript ${version} did not load: ${error instanceof Error ? error.message : String(error)}`;
  }
}

/** 7.0 calls its API unstable; 7.1's builds have another in its place. */
async function loadApi7(require: NodeJS.Require): Promise<Api7Module | undefined> {
  const importFrom = async (specifier: string): Promise<unknown> => {
    const path = resolved(require, specifier);
    return path === undefined ? {} : ((await import(pathToFileURL(path).href)) as unknown);
  };
  const unstable = await importFrom("typescript/unstable/sync");
  if (isApi7(unstable)) return unstable;
  const sync = await importFrom("typescript/sync");
  const fs = await importFrom("typescript/fs");
  return isApi71(sync, fs) ? api71(sync as Api71Module, fs as Fs71Module) : undefined;
}

function resolved(require: NodeJS.Require, specifier: string): string | undefined {
  try {
    return require.resolve(specifier);
  } catch {
    return undefined;
  }
}
