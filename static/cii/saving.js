// For a form that is saved while typing, as applications/autosave.py explains: says when it could not be saved, tries
// again by itself, and saves at once when the page is put away, as telephones do with pages that nobody looks at.
const TRY_AGAIN = 10_000;
const AT_LATEST = 20_000; // whoever types without a pause is saved too
const NO_LINE = "Not saved yet: we cannot reach the service. Keep this page open. We will try again.";
const REFUSED = "Not saved. Press “Save” to see why.";
const OUR_FAULT = 500;

// What cannot be submitted yet is marked at its box, as it is when the page is loaded.
function mark(form, problems) {
  form.querySelectorAll("[id^=div_id_]").forEach((group) => {
    const id = group.id.slice("div_".length);
    const sentence = problems[id];
    const before = document.getElementById(`${id}_error`);
    if (before?.textContent.trim() === sentence) return;
    before?.remove();
    group.classList.toggle("govuk-form-group--error", !!sentence);
    if (!sentence) return;
    const place = document.createElement("p");
    place.id = `${id}_error`;
    place.className = "govuk-error-message";
    place.textContent = sentence;
    const control = group.querySelector("textarea, input, fieldset");
    (control?.closest(".govuk-input__wrapper, .govuk-radios") ?? control)?.before(place);
    const described = new Set((control?.getAttribute("aria-describedby") ?? "").split(" ").filter(Boolean));
    control?.setAttribute("aria-describedby", [...described.add(place.id)].join(" "));
  });
}

export function saveSurely(root = document) {
  root.querySelectorAll("form[data-warn-leaving][hx-post]").forEach((form) => {
    if (form.dataset.savedSurely) return;
    form.dataset.savedSurely = "yes";
    const place = document.querySelector(form.getAttribute("hx-target"));
    let isWaiting = false;
    let again;
    const save = () => form.dispatchEvent(new Event("cii-save"));
    const failed = (event) => {
      const status = event.detail.xhr?.status ?? 0;
      const mayPass = !status || status >= OUR_FAULT;
      place.textContent = mayPass ? NO_LINE : REFUSED;
      clearTimeout(again);
      if (mayPass) again = setTimeout(save, TRY_AGAIN);
    };
    // Counted, because on a bad line what was sent first may arrive last, and must not bring the older words back.
    const edits = form.elements.namedItem("edits");
    form.addEventListener("input", () => {
      isWaiting = true;
      if (edits) edits.value = Number(edits.value) + 1;
    });
    form.addEventListener("submit", () => {
      isWaiting = false;
      clearTimeout(again);
    });
    form.addEventListener("htmx:afterRequest", () => {
      const told = place.querySelector("[data-problems]");
      if (told) mark(form, JSON.parse(told.dataset.problems || "{}"));
    });
    form.addEventListener("htmx:beforeRequest", () => {
      isWaiting = false;
      clearTimeout(again);
    });
    for (const name of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) {
      form.addEventListener(name, (event) => {
        isWaiting = true;
        failed(event);
      });
    }
    // Typed before htmx was there (it comes last, on a slow line late): nobody has heard of it yet.
    document.addEventListener(
      "htmx:load",
      () => {
        if (isWaiting) save();
      },
      { once: true },
    );
    setInterval(() => {
      if (isWaiting) save();
    }, AT_LATEST);
    window.addEventListener("online", () => {
      if (isWaiting) save();
    });
    document.addEventListener("visibilitychange", () => {
      if (isWaiting && document.visibilityState === "hidden") save();
    });
  });
}
