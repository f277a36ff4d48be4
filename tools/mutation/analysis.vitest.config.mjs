/** All tests of the analysis reach nearly every line of it, and share nothing: one load of the parser does for all. */
import { mergeConfig } from "vitest/config";
import packages from "./vitest.config.mjs";

export default mergeConfig(packages, { test: { isolate: false } });
