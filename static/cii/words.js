// Counts words as people type, by the same rule as core.text.count_words:
// split on white space (no-break spaces included); a piece counts when it holds at least one letter or digit.
const LETTER_OR_DIGIT = /[\p{L}\p{N}]/u;

export function countWords(text) {
  return text.split(/\s+/u).filter((piece) => LETTER_OR_DIGIT.test(piece)).length;
}

function sentence(count, limit) {
  const left = limit - count;
  const words = (number) => `${number.toLocaleString("en-GB")} ${number === 1 ? "word" : "words"}`;
  if (left < 0) return `${words(count)}: ${words(-left)} too many`;
  return `${words(count)} of ${limit.toLocaleString("en-GB")}: ${words(left)} left`;
}

function watch(control) {
  const shown = document.getElementById(`${control.id}_words`);
  const limit = Number(control.dataset.wordLimit);
  if (!shown || !limit) return;
  const spoken = document.createElement("div");
  spoken.className = "govuk-visually-hidden";
  spoken.setAttribute("role", "status");
  shown.after(spoken);
  let pause;
  const show = () => {
    const count = countWords(control.value);
    shown.textContent = sentence(count, limit);
    shown.classList.toggle("cii-word-count--over", count > limit);
  };
  control.addEventListener("input", () => {
    show();
    clearTimeout(pause);
    pause = setTimeout(() => {
      spoken.textContent = shown.textContent;
    }, 1200);
  });
  show();
}

export function watchWords(root = document) {
  root.querySelectorAll("textarea[data-word-limit]").forEach((control) => {
    if (control.dataset.watched) return;
    control.dataset.watched = "yes";
    watch(control);
  });
}
