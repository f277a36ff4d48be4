/** The error for an argument that breaks its rule: a `RangeError` for a wrong number, a `TypeError` for any other value. */
export function badArgument(name: string, rule: string, value: unknown): RangeError | TypeError {
  const shown = Object(value) === value ? Object.prototype.toString.call(value) : String(value);
  const message = `Expected \`${name}\` to be ${rule}, got \`${shown}\` (${typeof value})`;
  return typeof value === "number" ? new RangeError(message) : new TypeError(message);
}

/** `value`, if it is an integer from 1 and up or `Infinity`. */
export function countOf(name: string, value: number): number {
  if (value === Infinity || (Number.isInteger(value) && value > 0)) return value;
  throw badArgument(name, "an integer from 1 and up or `Infinity`", value);
}

/** `value`, if it is a time: a number of milliseconds from 0 and up, `Infinity` included. */
export function durationOf(name: string, value: number): number {
  if (value >= 0 && typeof value === "number") return value;
  throw badArgument(name, "a number of milliseconds from 0 and up", value);
}

/** `signal`, if it is one, or nothing. Its controller in its place is an easy slip, and would be heard of too late. */
export function signalOf<S>(signal: S): S {
  if (!signal || typeof (signal as { aborted?: unknown }).aborted === "boolean") return signal;
  throw badArgument("signal", "an `AbortSignal`", signal);
}

/** `value`, if it can be called. */
export function functionOf<F>(name: string, value: F): F {
  if (typeof value === "function") return value;
  throw badArgument(name, "a function", value);
}
