/** Reports tasks that wait for a permit of the limiter they already hold one of. */
import { createRule, messages } from "../eslint/create-rule.ts";
import { policySchema } from "../eslint/policy-schema.ts";
import { reportFindings } from "../eslint/report.ts";

export default createRule({
  name: "no-reentrant-limiter",
  meta: {
    type: "problem",
    docs: {
      description: "disallow waiting for a limiter inside one of its own tasks",
      recommended: "error",
      strict: "error",
    },
    messages,
    schema: policySchema,
  },
  create: (context, self) => reportFindings(context, self),
});
