/** Reports chunks that each wait for their slowest task. */
import { createRule, messages } from "../eslint/create-rule.ts";
import { policySchema } from "../eslint/policy-schema.ts";
import { reportFindings } from "../eslint/report.ts";

export default createRule({
  name: "no-chunked-promise-all",
  meta: {
    type: "suggestion",
    docs: {
      description: "disallow waiting for a whole chunk before the next one starts",
      recommended: "off",
      strict: "warn",
    },
    hasSuggestions: true,
    messages,
    schema: policySchema,
  },
  create: (context, self) => reportFindings(context, self),
});
