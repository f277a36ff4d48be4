/** Reports library calls whose concurrency is unlimited unless an option says otherwise. */
import { createRule, messages } from "../eslint/create-rule.ts";
import { policySchema } from "../eslint/policy-schema.ts";
import { reportFindings } from "../eslint/report.ts";

export default createRule({
  name: "require-concurrency-option",
  meta: {
    type: "problem",
    docs: {
      description: "require a limit where a library's default is to start everything",
      recommended: "error",
      strict: "error",
    },
    hasSuggestions: true,
    messages,
    schema: policySchema,
  },
  create: (context, self) => reportFindings(context, self),
});
