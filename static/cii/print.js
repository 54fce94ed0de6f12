// Buttons marked data-print open the browser's print window; without JavaScript they stay hidden.
export function offerPrinting(root = document) {
  root.querySelectorAll("[data-print]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  });
}

// What can be folded is printed open, and folded again afterwards.
export function printWhole(root = document) {
  let opened = [];
  window.addEventListener("beforeprint", () => {
    opened = [...root.querySelectorAll("main details:not([open])")];
    opened.forEach((one) => (one.open = true));
  });
  window.addEventListener("afterprint", () => opened.forEach((one) => (one.open = false)));
}
