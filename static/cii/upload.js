// Sends each file by itself as soon as it is chosen or dropped, and shows how far it is. For forms marked data-upload;
// without this script the form's button sends them. The words people hear are in a live region beside each control.
const MEGABYTE = 1024 * 1024;

export function uploadAsChosen(root = document) {
  const forms = root.querySelectorAll("form[data-upload]");
  if (!forms.length) return;
  // A file that misses the zone would be opened in place of the page.
  for (const name of ["dragover", "drop"]) document.addEventListener(name, (event) => event.preventDefault());
  forms.forEach((form) => {
    const fields = [...form.querySelectorAll("input[type=file]")].map((input) => new Sender(form, input));
    form.addEventListener("submit", (event) => {
      const busy = fields.some((field) => field.xhr);
      if (!busy && fields.some((field) => field.input.files.length)) return; // the plain way, for what was not sent
      if (!busy && !fields.some((field) => field.arrived || field.failed)) return;
      event.preventDefault();
      Promise.all(fields.map((field) => field.sending)).then(() => {
        // The reason of a refusal stays: a plain submit without a file would put another in its place.
        const refused = fields.find((field) => field.failed);
        if (refused) (document.querySelector(".govuk-error-summary") ?? refused.input).focus();
        else location.assign(form.dataset.uploadDone);
      });
    });
  });
}

class Sender {
  constructor(form, input) {
    this.form = form;
    this.id = input.id;
    this.place = document.createElement("div");
    this.place.className = "cii-upload";
    this.said = document.createElement("p");
    this.said.className = "cii-upload__said govuk-body";
    this.said.setAttribute("role", "status");
    this.place.append(this.said);
    document.getElementById(`div_${this.id}`).after(this.place);
    this.begin(input);
  }

  begin(input) {
    this.input = input;
    const zone = document.createElement("div");
    zone.className = "cii-drop";
    const words = document.createElement("span");
    words.className = "cii-drop__words";
    words.setAttribute("aria-hidden", "true"); // who cannot see the zone chooses by the control
    words.textContent = "or drop the file here";
    const hadFocus = document.activeElement === input; // on a slow line somebody was here before this script
    input.replaceWith(zone);
    zone.append(input, words);
    if (hadFocus) input.focus();
    input.addEventListener("change", () => this.send(input.files[0]));
    for (const name of ["dragenter", "dragover", "dragleave", "drop"]) {
      zone.addEventListener(name, (event) => {
        event.preventDefault();
        zone.classList.toggle("cii-drop--over", name === "dragenter" || name === "dragover");
      });
    }
    zone.addEventListener("drop", (event) => {
      if (!event.dataTransfer.files.length || this.xhr) return;
      const one = new DataTransfer();
      one.items.add(event.dataTransfer.files[0]);
      input.files = one.files;
      this.send(one.files[0]);
    });
  }

  send(file) {
    if (!file || this.xhr) return;
    const most = Number(this.form.dataset.uploadMost);
    if (file.size > most) {
      const size = Math.ceil((file.size * 10) / MEGABYTE) / 10;
      this.input.value = "";
      this.failed = true;
      this.say(`${file.name} is ${size} MB. The most is ${most / MEGABYTE} MB, so we did not upload it. Make its pictures smaller, or leave them out, and choose the new file.`, true);
      return;
    }
    const data = new FormData();
    data.append("csrfmiddlewaretoken", this.form.elements.csrfmiddlewaretoken.value);
    data.append(this.input.name, file);
    this.say(`Uploading ${file.name}…`);
    this.show(file);
    this.failed = this.arrived = false;
    this.sending = new Promise((done) => {
      const xhr = (this.xhr = new XMLHttpRequest());
      xhr.open("POST", location.href.split("#")[0]);
      xhr.setRequestHeader("X-Upload", "yes");
      xhr.upload.addEventListener("progress", (event) => {
        if (event.lengthComputable) this.bar.value = Math.floor((100 * event.loaded) / event.total);
      });
      xhr.addEventListener("loadend", () => {
        this.xhr = null;
        this.form.toggleAttribute("data-upload-busy", !!this.form.querySelector("progress:not([data-ended])"));
        done();
      });
      xhr.addEventListener("load", () => this.end(file, xhr));
      for (const name of ["error", "abort", "timeout"]) xhr.addEventListener(name, () => this.cut(file));
      this.form.setAttribute("data-upload-busy", "");
      this.input.disabled = true;
      xhr.send(data);
    });
  }

  show(file) {
    this.bar?.remove();
    this.again?.remove();
    this.bar = document.createElement("progress");
    this.bar.className = "cii-progress";
    this.bar.max = 100;
    this.bar.value = 0;
    this.bar.setAttribute("aria-label", `Uploading ${file.name}`);
    this.place.append(this.bar);
  }

  say(words, bad = false) {
    this.said.textContent = words;
    this.said.classList.toggle("cii-upload__said--bad", bad);
    this.said.classList.toggle("cii-upload__said--done", !bad && this.arrived && words !== "");
  }

  stop(failed) {
    this.bar.setAttribute("data-ended", "");
    this.bar.remove();
    this.input.disabled = false;
    this.failed = failed;
    this.arrived = !failed;
  }

  // The line broke, or the answer is no answer of ours: nothing else is touched, and the same file is offered again.
  cut(file, why = "The connection was lost before the whole file was uploaded.") {
    this.stop(true);
    this.say(`${file.name} was not uploaded. ${why}`, true);
    this.again = document.createElement("button");
    this.again.type = "button";
    this.again.className = "govuk-button govuk-button--secondary cii-button-small";
    this.again.textContent = `Upload ${file.name} again`;
    this.again.addEventListener("click", () => {
      this.again.remove();
      this.input.focus();
      this.send(file);
    });
    this.place.append(this.again);
  }

  end(file, xhr) {
    const then = xhr.getResponseHeader("X-Then");
    if (xhr.status < 300 && then) {
      this.stop(false);
      location.assign(then);
      return;
    }
    const part = new DOMParser().parseFromString(xhr.responseText, "text/html");
    const group = part.getElementById(`div_${this.id}`);
    if (!group || xhr.getResponseHeader("X-Upload") !== "yes") {
      this.cut(file, xhr.status >= 400 ? `The service answered with error ${xhr.status}.` : "You may have been signed out: reload the page.");
      return;
    }
    const error = group.querySelector(".govuk-error-message");
    this.stop(!!error);
    const here = part.getElementById("upload-here");
    if (here) document.getElementById("upload-here")?.replaceWith(document.adoptNode(here));
    document.getElementById(group.id).replaceWith(document.adoptNode(group));
    this.begin(document.getElementById(this.id));
    this.say(error ? "" : `${file.name} is uploaded.`);
    this.summarise(part.querySelector(".govuk-error-summary"));
    (error ? document.querySelector(".govuk-error-summary") : this.input)?.focus();
  }

  // The summary keeps what is wrong with the other file.
  summarise(fresh) {
    const old = document.querySelector(".govuk-error-summary");
    old?.querySelector(`a[href="#${this.id}"]`)?.closest("li").remove();
    if (fresh && old) old.querySelector("ul").append(...fresh.querySelectorAll("li"));
    else if (fresh) this.form.closest("main").querySelector("h1").parentElement.prepend(document.adoptNode(fresh));
    const left = document.querySelector(".govuk-error-summary");
    if (left && !left.querySelector("li")) left.remove();
    const title = document.title.replace(/^Error: /, "");
    document.title = document.querySelector(".govuk-error-summary") ? `Error: ${title}` : title;
  }
}
