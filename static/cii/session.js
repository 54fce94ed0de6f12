// Says, ten minutes before, that a session is about to end, so that nobody's words are lost to it.
const MINUTES_BEFORE = 10;

export function warnOfSessionEnd() {
  const seconds = Number(document.body.dataset.sessionEndsIn);
  if (!seconds) return;
  const place = document.createElement("div");
  place.setAttribute("role", "status");
  document.getElementById("main")?.prepend(place);
  setTimeout(
    () => {
      const end = new Date(Date.now() + Math.min(seconds, MINUTES_BEFORE * 60) * 1000);
      const time = end.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
      const words = document.createElement("p");
      words.className = "govuk-body";
      words.textContent = `For safety you will be signed out at ${time}. Save what you have typed, then sign out and in again.`;
      place.className = "cii-notice cii-notice--warning";
      place.append(words);
    },
    Math.max(0, seconds - MINUTES_BEFORE * 60) * 1000,
  );
}
