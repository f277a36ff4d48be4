/** Reports limiters that a source of any length queues up behind: bounded work, unbounded memory. */
import { createRule, messages } from "../eslint/create-rule.ts";
import { policySchema } from "../eslint/policy-schema.ts";
import { reportFindings } from "../eslint/report.ts";

export default createRule({
  name: "no-unbounded-queue",
  meta: {
    type: "suggestion",
    docs: {
      description: "disallow queueing a whole stream behind a limiter",
      recommended: "off",
      strict: "warn",
    },
    hasSuggestions: true,
    messages,
    schema: policySchema,
  },
  create: (context, self) => reportFindings(context, self),
});
