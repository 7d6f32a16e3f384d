// Starts the app. A file of its own, because the page's policy forbids inline scripts; the build writes the names of
// the two hashed files into the page's preload links.
const scriptUrl = document.getElementById("app-js").href;
const wasmUrl = document.getElementById("app-wasm").href;

// Whoever leaves while the page still loads breaks the loading off; that is no failure.
let leaving = false;
addEventListener("pagehide", () => (leaving = true), { once: true });

try {
  const { default: init } = await import(scriptUrl);
  await init({ module_or_path: wasmUrl });
  document.documentElement.dataset.app = "started";
} catch (error) {
  if (!leaving) fail(error);
}

function fail(error) {
  // The locale texts are read by the app itself, so this one sentence cannot come from them.
  const notice = document.createElement("p");
  notice.setAttribute("role", "alert");
  notice.textContent = "The page could not be started. Reload it, or use an up-to-date browser.";
  document.body.append(notice);
  document.documentElement.dataset.app = "failed";
  throw error;
}
