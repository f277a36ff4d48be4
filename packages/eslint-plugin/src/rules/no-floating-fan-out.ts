/** Reports work started per element, line or event that nobody waits for. */
import { createRule, messages } from "../eslint/create-rule.ts";
import { policySchema } from "../eslint/policy-schema.ts";
import { reportFindings } from "../eslint/report.ts";

export default createRule({
  name: "no-floating-fan-out",
  meta: {
    type: "problem",
    docs: {
      description: "disallow starting work per element or event without waiting for it",
      recommended: "error",
      strict: "error",
    },
    hasSuggestions: true,
    messages,
    schema: policySchema,
  },
  create: (context, self) => reportFindings(context, self),
});
