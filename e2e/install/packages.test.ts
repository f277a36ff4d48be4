/** What publint and are-the-types-wrong say of the packed packages. */
import { readFileSync } from "node:fs";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { checkPackage, createPackageFromTarballData } from "@arethetypeswrong/core";
import { describe, expect, inject, test } from "vitest";

const tarballs = inject("tarballs");

/** Who is meant to load the package: the runtime must load everywhere, the others are ESM by design. */
const packages = [
  ["@floodgate/runtime", tarballs.runtime, []],
  // `require()` of the plugin gives a module: Node 20.19 loads ES modules that way, and old resolution has no exports.
  ["eslint-plugin-floodgate", tarballs.plugin, ["node10", "node16-cjs"]],
  ["@floodgate/language-server", tarballs.server, ["node10", "node16-cjs"]],
] as const;

describe.each(packages)("%s as packed", (_name, tarball, ignored) => {
  test("publint finds nothing", async () => {
    const { messages, pkg } = await publint({ pack: { tarball: toArrayBuffer(readFileSync(tarball)) } });
    expect(messages.map((message) => formatMessage(message, pkg))).toEqual([]);
  });

  test("its types are those of its code", async () => {
    const analysis = await checkPackage(createPackageFromTarballData(new Uint8Array(readFileSync(tarball))));
    if (analysis.types === false) throw new Error("The package has no types.");
    const wrong = analysis.problems.filter(
      (problem) => !("resolutionKind" in problem && ignored.some((kind) => kind === problem.resolutionKind)),
    );
    expect(wrong).toEqual([]);
  });
});

function toArrayBuffer({ buffer, byteOffset, byteLength }: Buffer): ArrayBuffer {
  return (buffer as ArrayBuffer).slice(byteOffset, byteOffset + byteLength);
}
