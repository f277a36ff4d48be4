/** Waits for a condition in another process, which can only be asked again and again. */
export async function until(condition, what = condition.toString(), timeoutMs = 20_000) {
  const giveUpAt = Date.now() + timeoutMs;
  let lastError;
  for (;;) {
    try {
      const value = await condition();
      if (value) return value;
    } catch (error) {
      lastError = error;
    }
    if (Date.now() > giveUpAt) throw new Error(`timed out waiting for: ${what}`, { cause: lastError });
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
