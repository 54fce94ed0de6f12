// Counts words, or characters, as people type. Words are counted by the same rule as core.text.count_words:
// split on white space (no-break spaces included); a piece counts when it holds at least one letter or digit, and more
// than once when it is longer than words are, or in a script without spaces between words.
const LETTER_OR_DIGIT = /[\p{L}\p{N}]/u;
const SPACELESS =
  /[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u{20000}-\u{3ffff}]/gu;
const CONTROLS = /\p{Cc}/gu;
const LONGEST_WORD = 30;
const SPACELESS_WEIGHT = 10;

function wordsOf(piece) {
  const length = [...piece.replace(CONTROLS, "")].length;
  if (length <= LONGEST_WORD && !LETTER_OR_DIGIT.test(piece)) return 0;
  const weight = length + (SPACELESS_WEIGHT - 1) * (piece.match(SPACELESS) ?? []).length;
  return Math.ceil(weight / LONGEST_WORD);
}

export function countWords(text) {
  return text.split(/\s+/u).reduce((sum, piece) => sum + wordsOf(piece), 0);
}

function sentence(count, limit, noun) {
  const left = limit - count;
  const words = (number) => `${number.toLocaleString("en-GB")} ${number === 1 ? noun : `${noun}s`}`;
  if (left < 0) return `${words(count)}: ${words(-left)} too many`;
  return `${words(count)} of ${limit.toLocaleString("en-GB")}: ${words(left)} left`;
}

function watch(control) {
  const shown = document.getElementById(`${control.id}_words`);
  const limit = Number(control.dataset.wordLimit ?? control.dataset.characterLimit);
  const noun = control.dataset.wordLimit ? "word" : "character";
  if (!shown || !limit) return;
  const spoken = document.createElement("div");
  spoken.className = "govuk-visually-hidden";
  spoken.setAttribute("role", "status");
  shown.after(spoken);
  let pause;
  const show = () => {
    // Counted as Python counts: the white space around a text does not matter, a sign outside the first plane is one.
    const count = noun === "word" ? countWords(control.value) : [...control.value.trim()].length;
    shown.textContent = sentence(count, limit, noun);
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
  root.querySelectorAll("textarea[data-word-limit], textarea[data-character-limit]").forEach((control) => {
    if (control.dataset.watched) return;
    control.dataset.watched = "yes";
    watch(control);
  });
}
