import { badArgument } from "./bad-argument.ts";

/** The longest delay a timer takes, in milliseconds (24.8 days); above it, timers fire at once. */
export const LONGEST_DELAY_MS = 2_147_483_647;

/** `value`, if a timer can wait that long. */
export function delayOf(name: string, value: number): number {
  if (value >= 0 && value <= LONGEST_DELAY_MS) return value;
  throw badArgument(name, `a number of milliseconds from 0 to ${LONGEST_DELAY_MS}`, value);
}
