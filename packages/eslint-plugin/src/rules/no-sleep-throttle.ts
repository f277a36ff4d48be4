/** Reports pauses that stand in for a limit. */
import { createRule, messages } from "../eslint/create-rule.ts";
import { policySchema } from "../eslint/policy-schema.ts";
import { reportFindings } from "../eslint/report.ts";

export default createRule({
  name: "no-sleep-throttle",
  meta: {
    type: "suggestion",
    docs: {
      description: "disallow sleeping as the only brake on work that is not awaited",
      recommended: "off",
      strict: "warn",
    },
    hasSuggestions: true,
    messages,
    schema: policySchema,
  },
  create: (context, self) => reportFindings(context, self),
});
