/** Packs the packages once for all tests below e2e/, as a release would. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { TestProject } from "vitest/node";
import { npm } from "./scratch.ts";

/** Paths of the packed packages. */
export interface Tarballs {
  readonly runtime: string;
  readonly plugin: string;
  readonly server: string;
}

declare module "vitest" {
  interface ProvidedContext {
    tarballs: Tarballs;
  }
}

const root = fileURLToPath(new URL("..", import.meta.url));

export default function setup(project: TestProject): () => void {
  const directory = mkdtempSync(join(tmpdir(), "floodgate-packed-"));
  project.provide("tarballs", {
    runtime: pack("runtime", directory),
    plugin: pack("eslint-plugin", directory),
    server: pack("language-server", directory),
  });
  return () => {
    rmSync(directory, { recursive: true, force: true });
  };
}

function pack(name: string, directory: string): string {
  const workspace = `packages/${name}`;
  const outcome = npm(root, ["pack", "-w", workspace, "--pack-destination", directory, "--json", "--silent"]);
  if (outcome.exitCode !== 0) throw new Error(`npm pack failed for ${workspace}:\n${outcome.output}`);
  const [packed] = JSON.parse(outcome.stdout) as { readonly filename: string }[];
  if (packed === undefined) throw new Error(`npm pack said nothing about ${workspace}.`);
  return join(directory, packed.filename.replace("@", "").replace("/", "-"));
}
