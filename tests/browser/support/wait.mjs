// Waiting for a condition, never for a time.

const PATIENCE_MS = 30_000;
const LOOK_MS = 50;

/** Looks until `look` answers something other than null, undefined or false, and answers that. */
export async function until(what, look, { patience = PATIENCE_MS } = {}) {
  const end = performance.now() + patience;
  let last;
  while (performance.now() < end) {
    try {
      const seen = await look();
      if (seen !== null && seen !== undefined && seen !== false) return seen;
      last = undefined;
    } catch (error) {
      last = error;
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
  throw new Error(`this did not come about: ${what}${last ? ` (last: ${last.message})` : ''}`, { cause: last });
}
