// Loaded before a contestant: what it finds in place of some packages.
//
//   FLOODGATE_BENCH_WITHOUT=oxc-parser      that one is not installed
//   FLOODGATE_BENCH_TYPESCRIPT=<folder>     every project's TypeScript is the one in this folder
import Module from "node:module";
import { join } from "node:path";

const { FLOODGATE_BENCH_WITHOUT: without, FLOODGATE_BENCH_TYPESCRIPT: typescript } = process.env;
const resolve = Module._resolveFilename;
Module._resolveFilename = function (request, ...rest) {
  if (request === without)
    throw Object.assign(new Error(`${request} is hidden`), { code: "MODULE_NOT_FOUND" });
  const inside = /^typescript(\/.*)?$/.exec(request)?.[1];
  if (typescript === undefined || (inside === undefined && request !== "typescript"))
    return resolve.call(this, request, ...rest);
  // By its own name, so that its exports hold.
  return resolve.call(this, request, { ...rest[0], paths: [join(typescript, "..")] }, ...rest.slice(1));
};
