/** The options of every rule: the settings of `settings.floodgate`, which they override. */
import type { Policy } from "../analysis/index.ts";

const names = { type: "array", items: { type: "string" }, uniqueItems: true } as const;

type PropertySchemas = {
  readonly [K in keyof Policy]: { readonly description: string; readonly [key: string]: unknown };
};

/** One schema per field of `Policy`; a field that is missing here does not compile. */
export const policyProperties = {
  strictness: {
    description:
      "Which findings to report: `strict` adds those that are small by domain, or somebody else's constant.",
    enum: ["recommended", "strict"],
  },
  report: {
    description: "Which findings to report: `certain` drops those that type information could withdraw.",
    enum: ["certain", "likely"],
  },
  defaultLimit: {
    description: "The limit that fixes and suggestions insert.",
    type: "integer",
    minimum: 1,
  },
  limits: {
    description: "Other limits for work that starts in these modules.",
    type: "array",
    items: {
      type: "object",
      properties: {
        from: { type: "string", description: "Module the started work comes from." },
        limit: { type: "integer", minimum: 1, description: "The limit to insert for it." },
      },
      required: ["from", "limit"],
      additionalProperties: false,
    },
  },
  maxKnownSize: {
    description: "Sizes fixed by the source text or a type are silent up to this.",
    type: "integer",
    minimum: 0,
  },
  maxConcurrency: {
    description: "What limiters, chunks, windows and `bounded()` may allow.",
    type: "integer",
    minimum: 1,
  },
  limiters: {
    description: "Your own limiters.",
    type: "array",
    items: {
      type: "object",
      properties: {
        from: { type: "string", description: "Module the name is imported from." },
        import: { type: "string", description: 'The imported name; `"default"` for the default import.' },
        kind: { enum: ["limiter", "factory"], description: "A ready limiter, or a function that makes one." },
      },
      required: ["from", "import", "kind"],
      additionalProperties: false,
    },
  },
  combinators: { description: "Functions that take an array of promises as `Promise.all` does.", ...names },
  boundedCalls: { description: "Calls whose result is small or paged.", ...names },
  boundedProperties: { description: "Properties whose length is small by domain.", ...names },
  runtimeModule: { description: "Where fixes import the limiter from.", type: "string", minLength: 1 },
  prefer: {
    description: "Which limiter fixes and suggestions insert.",
    enum: ["runtime", "p-limit", "p-map", "auto"],
  },
  autofix: { description: "Whether `eslint --fix` may limit by itself.", type: "boolean" },
} satisfies PropertySchemas;

/** `meta.schema` of every rule. */
export const policySchema = [
  { type: "object" as const, properties: policyProperties, additionalProperties: false },
];
