// The one script of the public and signed-in pages: the parts of govuk-frontend we use, and our own from static/cii/.
import { Button } from "govuk-frontend/dist/govuk/components/button/button.mjs";
import { ErrorSummary } from "govuk-frontend/dist/govuk/components/error-summary/error-summary.mjs";
import { ServiceNavigation } from "govuk-frontend/dist/govuk/components/service-navigation/service-navigation.mjs";
import { SkipLink } from "govuk-frontend/dist/govuk/components/skip-link/skip-link.mjs";
import { warnLeaving } from "../static/cii/leaving.js";
import { usePasskeys } from "../static/cii/passkeys.js";
import { offerPrinting, printWhole } from "../static/cii/print.js";
import { saveSurely } from "../static/cii/saving.js";
import { warnOfSessionEnd } from "../static/cii/session.js";
import { uploadAsChosen } from "../static/cii/upload.js";
import { watchWords } from "../static/cii/words.js";

document.body.classList.add("js-enabled", "govuk-frontend-supported");

for (const Part of [Button, ErrorSummary, ServiceNavigation, SkipLink]) {
  document.querySelectorAll(`[data-module="${Part.moduleName}"]`).forEach((element) => {
    try {
      new Part(element);
    } catch {
      // A part that cannot start leaves the plain page, which works.
    }
  });
}

printWhole();

// The summary takes the focus by its own autofocus; this is for browsers that skip it.
window.addEventListener("load", () => {
  const summary = document.querySelector(".govuk-error-summary");
  requestAnimationFrame(() =>
    requestAnimationFrame(() => {
      if (summary && document.activeElement === document.body) summary.focus();
    }),
  );
});

function begin(root) {
  watchWords(root);
  warnLeaving(root);
  saveSurely(root);
  offerPrinting(root);
}

begin(document);
uploadAsChosen();
usePasskeys();
warnOfSessionEnd();
document.addEventListener("htmx:load", (event) => begin(event.target));

// htmx is fetched only by pages that use it. It must arrive after the load event: earlier it would miss its own start.
const htmx = document.querySelector("script[data-htmx]")?.dataset.htmx;
if (htmx && document.querySelector("[hx-get],[hx-post],[hx-put],[hx-delete]")) {
  const fetchHtmx = () => {
    const script = document.createElement("script");
    script.src = htmx;
    document.head.append(script);
  };
  if (document.readyState === "complete") fetchHtmx();
  else window.addEventListener("load", fetchHtmx);
}
