/** Results of earlier runs, keyed by everything they depend on: the file's text, its config, our version, the types. */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { version } from "../version.ts";
import type { FileConfig } from "../engine/rule-config.ts";
import type { FileResult } from "./check-files.ts";

/** What is kept of a file's result; null: nothing there. */
export type Kept = Pick<FileResult, "reports" | "suppressed" | "decisions"> | null;

export interface Cache {
  /** Undefined: not known. */
  get(key: string): Kept | undefined;
  set(key: string, kept: Kept): void;
  /** Writes what this run used; what it did not use is forgotten. */
  save(): void;
}

interface Contents {
  readonly version: string;
  readonly results: Readonly<Record<string, Kept>>;
}

export function openCache(file: string): Cache {
  const before = readCache(file);
  const used: Record<string, Kept> = {};
  return {
    get(key) {
      const kept = before[key];
      if (kept !== undefined) used[key] = kept;
      return kept;
    },
    set(key, kept) {
      used[key] = kept;
    },
    save() {
      mkdirSync(dirname(file), { recursive: true });
      // Two runs at once must not read each other's half.
      const temporary = `${file}.${hashOf([String(Math.random())])}`;
      writeFileSync(temporary, JSON.stringify({ version, results: used } satisfies Contents));
      renameSync(temporary, file);
    },
  };
}

function readCache(file: string): Readonly<Record<string, Kept>> {
  if (!existsSync(file)) return {};
  try {
    const contents = JSON.parse(readFileSync(file, "utf8")) as Partial<Contents>;
    return contents.version === version ? (contents.results ?? {}) : {};
  } catch {
    // Cut short by a full disk, or not ours: as good as none.
    return {};
  }
}

export function keyOf(text: string, config: FileConfig, fingerprint: string): string {
  let configText = configTexts.get(config);
  if (configText === undefined) configTexts.set(config, (configText = JSON.stringify(config.uses)));
  return hashOf([text, configText, fingerprint]);
}

const configTexts = new WeakMap<FileConfig, string>();

/**
 * What types depend on: every file of the run, the configuration and the lock file. Coarse on purpose: one edited file
 * makes all typed results be worked out again, and none is ever stale.
 */
export function typesFingerprint(files: readonly string[], cwd: string): string {
  const hash = createHash("sha1");
  const beside = ["tsconfig.json", "package.json", "package-lock.json", "pnpm-lock.yaml", "yarn.lock"];
  for (const file of [...files, ...beside.map((name) => join(cwd, name))]) {
    hash.update(file).update("\0");
    if (existsSync(file)) hash.update(readFileSync(file)).update("\0");
  }
  return hash.digest("hex");
}

export function cacheFileIn(cwd: string): string {
  return join(cwd, "node_modules", ".cache", "floodgate", "check.json");
}

function hashOf(parts: readonly string[]): string {
  const hash = createHash("sha1");
  for (const part of parts) hash.update(String(part.length)).update("\0").update(part);
  return hash.digest("hex");
}
