import { format, resolveConfig } from "prettier";

/** @type {import("eslint-doc-generator").GenerateOptions} */
export default {
  configEmoji: [
    ["recommended", "✅"],
    ["strict", "🔒"],
  ],
  // `all` has every rule, and `autofix` none.
  ignoreConfig: ["all", "autofix"],
  ruleListColumns: [
    "name",
    "description",
    "configsError",
    "configsWarn",
    "configsOff",
    "fixable",
    "hasSuggestions",
    "requiresTypeChecking",
    "deprecated",
  ],
  ruleDocSectionInclude: ["Why", "✗ Wrong", "✓ Right", "Options", "Limitations", "When not to use it"],
  postprocess: async (content, path) => format(content, { ...(await resolveConfig(path)), filepath: path }),
};
