/** Reports `Promise.all` and its relatives over input whose length nothing limits. */
import { createRule, messages } from "../eslint/create-rule.ts";
import { policySchema } from "../eslint/policy-schema.ts";
import { reportFindings } from "../eslint/report.ts";

export default createRule({
  name: "no-unbounded-promise-all",
  meta: {
    type: "problem",
    docs: {
      description: "disallow starting one promise per element of input that nothing limits",
      recommended: "error",
      strict: "error",
    },
    fixable: "code",
    hasSuggestions: true,
    messages,
    schema: policySchema,
  },
  create: (context, self) => reportFindings(context, self),
});
