/** Reports permits whose release a throw or an early return can skip. */
import { createRule, messages } from "../eslint/create-rule.ts";
import { policySchema } from "../eslint/policy-schema.ts";
import { reportFindings } from "../eslint/report.ts";

export default createRule({
  name: "require-release-in-finally",
  meta: {
    type: "problem",
    docs: {
      description: "require permits to be released when the work throws",
      recommended: "error",
      strict: "error",
    },
    hasSuggestions: true,
    messages,
    schema: policySchema,
  },
  create: (context, self) => reportFindings(context, self),
});
