/** Reports functions that fan out over their own recursive calls: the product is unbounded, not the width. */
import { createRule, messages } from "../eslint/create-rule.ts";
import { policySchema } from "../eslint/policy-schema.ts";
import { reportFindings } from "../eslint/report.ts";

export default createRule({
  name: "no-recursive-fan-out",
  meta: {
    type: "problem",
    docs: {
      description: "disallow functions that fan out over their own recursive calls",
      recommended: "warn",
      strict: "error",
    },
    messages,
    schema: policySchema,
  },
  create: (context, self) => reportFindings(context, self),
});
