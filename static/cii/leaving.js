// Warns before leaving a form marked data-warn-leaving while it holds words that were not saved.
export function warnLeaving(root = document) {
  root.querySelectorAll("form[data-warn-leaving]").forEach((form) => {
    let unsaved = false;
    let sent = false;
    form.addEventListener("input", () => {
      unsaved = true;
      sent = false;
    });
    form.addEventListener("submit", () => {
      unsaved = false;
    });
    form.addEventListener("htmx:beforeRequest", () => {
      sent = true;
    });
    // Saved, unless the answer says that something was refused, or more was typed while it was under way.
    form.addEventListener("htmx:afterRequest", (event) => {
      if (event.detail.successful && sent && !event.detail.xhr.getResponseHeader("X-Unsaved")) unsaved = false;
    });
    window.addEventListener("beforeunload", (event) => {
      if (unsaved) event.preventDefault();
    });
  });
}
