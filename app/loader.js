// Starts the app. A file of its own, because the page's policy forbids inline scripts; the build writes the names of
// the two hashed files into the page's preload links, and what the page shows until then into its `shell`.
const SLOW_AFTER_MS = 5000;
const scriptUrl = document.getElementById("app-js").href;
const wasmUrl = document.getElementById("app-wasm").href;
const shell = document.getElementById("shell");

// What the first page asks the server is asked beside the app's code, not after it; the app takes the answers by path.
// In which capacity the page acts stands in its address, and in each request.
const acting = new URLSearchParams(location.search).get("as");
const inCapacity = (path) => (acting && path.startsWith("/api/") ? `${path}${path.includes("?") ? "&" : "?"}as=${acting}` : path);
const ask = (path) => [path, fetch(inCapacity(path), { headers: { accept: "application/json" } })];
const texts = new URL(`locales/${document.documentElement.lang}.json`, wasmUrl).pathname;
const asked = [texts];
if (shell.dataset.shell !== "door") {
  asked.push("/api/session", "/api/threads?limit=200");
  const thread = location.pathname.match(/\/threads\/([0-9a-f-]{36})$/);
  if (thread) asked.push(`/api/threads/${thread[1]}`);
}
globalThis.orderlineAsked = new Map(asked.map(ask));
// An answer that nobody takes is no failure of the page.
for (const answer of globalThis.orderlineAsked.values()) answer.catch(() => {});

setTimeout(() => {
  if (shell.dataset.state === "loading") shell.dataset.state = "slow";
}, SLOW_AFTER_MS);

// Whoever leaves while the page still loads breaks the loading off; that is no failure.
let leaving = false;
addEventListener("pagehide", () => (leaving = true), { once: true });

try {
  const { default: init } = await import(scriptUrl);
  await init({ module_or_path: wasmUrl });
  document.documentElement.dataset.app = "started";
} catch (error) {
  if (!leaving) {
    shell.dataset.state = "failed";
    document.documentElement.dataset.app = "failed";
    throw error;
  }
}
