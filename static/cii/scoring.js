// Scores save as they are given; within a criterion the keys 0 to 4 choose, Ctrl+Enter goes on. Without this the buttons do the same.
const TRY_AGAIN = 10_000;
(() => {
  const form = document.querySelector("form[data-saves]");
  if (!form) return;
  const said = form.querySelector("[data-saved]");
  let waiting;
  let sending = Promise.resolve();

  // Counted, because on a bad line what was sent first may arrive last (applications/autosave.py).
  const edits = form.elements.namedItem("edits");
  let isWaiting = false;

  const save = async () => {
    const body = new FormData(form);
    body.set("do", "save");
    isWaiting = false;
    try {
      const answer = await fetch(form.action || window.location.href, {
        method: "POST",
        body,
        headers: { Accept: "application/json" },
        credentials: "same-origin",
        keepalive: document.visibilityState === "hidden",
      });
      const told = await answer.json();
      if (told.seen) form.elements.namedItem("seen").value = told.seen;
      said.textContent = told.saved || `Not saved. ${told.refused || ""}`;
    } catch {
      isWaiting = true;
      soon(TRY_AGAIN);
      said.textContent = "Not saved: we cannot reach the service. Keep this page open: we try again.";
    }
  };
  const soon = (delay) => {
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      sending = sending.then(save);
    }, delay);
  };

  form.addEventListener("input", (event) => {
    isWaiting = true;
    edits.value = Number(edits.value) + 1;
    soon(event.target.type === "radio" ? 100 : 1200);
  });
  document.addEventListener("visibilitychange", () => {
    if (isWaiting && document.visibilityState === "hidden") soon(0);
  });
  form.addEventListener("submit", () => clearTimeout(waiting));
  // Ctrl+Enter (Cmd+Enter) goes from any box to the choices of the next criterion, and at the end to the recommendation.
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    const parts = [...form.querySelectorAll("[data-part]")];
    const section = event.target.closest("section");
    const next = parts[parts.findIndex((part) => section?.contains(part)) + 1];
    if (!next) return;
    event.preventDefault();
    (next.querySelector("input:checked") || next.querySelector("input")).focus();
    next.closest("section").scrollIntoView({ block: "nearest" });
  });
  form.addEventListener("keydown", (event) => {
    const choices = event.target.closest("[data-keys]");
    if (!choices || event.ctrlKey || event.altKey || event.metaKey || !/^[0-4]$/.test(event.key)) return;
    const choice = choices.querySelector(`input[value="${event.key}"]`);
    if (!choice) return;
    event.preventDefault();
    choice.checked = true;
    choice.focus();
    choice.dispatchEvent(new Event("input", { bubbles: true }));
  });
})();
