// Buttons marked data-print open the browser's print window; without JavaScript they stay hidden.
export function offerPrinting(root = document) {
  root.querySelectorAll("[data-print]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  });
}
