/** Bound, gate and effect in words, for hover, inlay hints, the report and the explanation. One wording for all. */
import type { Bound, Decision, Effect, Gate } from "eslint-plugin-floodgate/analysis";

/** Completes "How many: ". */
export function boundInWords(bound: Bound): string {
  switch (bound.kind) {
    case "exact":
      return `exactly ${bound.count}`;
    case "at-most":
      return bound.by === "static" ? `at most ${bound.count}` : `at most ${bound.count} at a time`;
    case "limit-like":
      return `as many as \`${bound.name}\` says`;
    case "page":
      return "one page of a paged source at a time";
    case "unbounded":
      return `no limit: \`${oneLine(bound.text)}\` ${bound.why}`;
    case "unknown":
      return `not known: ${bound.reason}`;
    default:
      return bound satisfies never;
  }
}

/** Completes "Limited by: ". */
export function gateInWords(gate: Gate): string {
  switch (gate.kind) {
    case "none":
      return "nothing";
    case "limiter":
      return gate.capacity === undefined
        ? `\`${gate.name}\``
        : `\`${gate.name}\`, ${gate.capacity} at a time`;
    case "pool":
      return "a hand-written pool";
    case "connection":
      return `the one connection \`${gate.name}\``;
    case "lookalike":
      return `perhaps \`${gate.name}\`, by its name`;
    default:
      return gate satisfies never;
  }
}

/** Completes "Each one: ". */
export function effectInWords(effect: Effect): string {
  switch (effect.kind) {
    case "starts":
      return `starts \`${oneLine(effect.what)}\``;
    case "hidden":
      return `is started, or handed on, by \`${oneLine(effect.what)}\`, whose body is not in sight`;
    case "light":
      return `runs \`${oneLine(effect.what)}\`, which holds no socket, file or connection`;
    case "none":
      return nothingStarted[effect.why];
    case "unknown":
      return `not known: ${effect.reason}`;
    default:
      return effect satisfies never;
  }
}

const nothingStarted: Readonly<Record<Extract<Effect, { kind: "none" }>["why"], string>> = {
  sync: "runs to its end without starting anything",
  join: "waits for what runs already",
  batched: "is collected into batches",
  sequential: "runs after the one before it",
  single: "starts one thing only",
};

/** The effective number in flight, as short as an inlay hint: `≤ 10 in flight`, `unbounded`. */
export function inFlight({ bound, gate }: Decision): string | undefined {
  const capacity = gate.kind === "limiter" ? gate.capacity : undefined;
  if (capacity !== undefined) return `≤ ${capacity} in flight`;
  if (gate.kind === "limiter") return `limited by ${gate.name}`;
  if (gate.kind === "pool") return "limited by a pool";
  if (gate.kind === "connection") return "one connection";
  switch (bound.kind) {
    case "exact":
    case "at-most":
      return `≤ ${bound.count} in flight`;
    case "limit-like":
      return `≤ ${bound.name} in flight`;
    case "page":
      return "one page in flight";
    case "unbounded":
      return "unbounded";
    case "unknown":
      return undefined;
    default:
      return bound satisfies never;
  }
}

export function verdictInWords({ verdict }: Decision): string {
  const said = {
    report: "reported",
    strict: "reported by the strict preset only",
    silent: "not reported",
  } as const;
  return `${said[verdict.kind]}: ${verdict.because}`;
}

function oneLine(text: string): string {
  const line = text.replace(/\s+/g, " ").trim();
  return (line.length > 80 ? `${line.slice(0, 77)}...` : line).replaceAll("`", "'");
}
