/** Reports limiters that cannot limit: made per call, given running promises, or as wide as the input. */
import { createRule, messages } from "../eslint/create-rule.ts";
import { policySchema } from "../eslint/policy-schema.ts";
import { reportFindings } from "../eslint/report.ts";

export default createRule({
  name: "no-ineffective-limiter",
  meta: {
    type: "problem",
    docs: {
      description: "disallow limiters that limit nothing",
      recommended: "error",
      strict: "error",
    },
    hasSuggestions: true,
    messages,
    schema: policySchema,
  },
  create: (context, self) => reportFindings(context, self),
});
