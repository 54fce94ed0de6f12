// The side bar of the admin: a button folds it away and brings it back. A wide window remembers which; a narrow one
// begins folded. Without JavaScript the sections are always shown.
(() => {
  const kept = "admin-sections";
  const isWide = window.matchMedia("(min-width: 1025px)");
  const root = document.documentElement;
  const remembered = () => {
    try {
      return localStorage.getItem(kept);
    } catch {
      return null; // storage is switched off: nothing is remembered
    }
  };
  const isFolded = () => (isWide.matches ? remembered() === "folded" : true);
  root.dataset.sections = isFolded() ? "folded" : "shown";

  document.addEventListener("DOMContentLoaded", () => {
    const button = document.querySelector(".cii-sections__button");
    if (!button) return;
    const show = (state) => {
      root.dataset.sections = state;
      button.setAttribute("aria-expanded", String(state === "shown"));
    };
    button.hidden = false;
    show(root.dataset.sections);
    button.addEventListener("click", () => {
      show(root.dataset.sections === "shown" ? "folded" : "shown");
      if (!isWide.matches) return;
      try {
        localStorage.setItem(kept, root.dataset.sections);
      } catch {
        // as above
      }
    });
    button.parentElement.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || isWide.matches) return;
      show("folded");
      button.focus();
    });
    isWide.addEventListener("change", () => show(isFolded() ? "folded" : "shown"));
  });
})();
