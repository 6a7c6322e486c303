// A form with [data-dropzone] around its file field takes files that are dropped or pasted anywhere on the page, shows the
// picture, and sends the form with real progress. Without script it stays an ordinary form. What the server refuses is
// shown with the file still chosen.

const LIMIT = 25 * 1024 * 1024;

const megabytes = (bytes) => (bytes < 104858 ? `${Math.ceil(bytes / 1024)} KB` : `${(bytes / 1048576).toFixed(1)} MB`);

class Dropzone {
  constructor(zone) {
    this.zone = zone;
    this.form = zone.closest("form");
    this.field = zone.querySelector('input[type="file"]');
    this.limit = Number(zone.dataset.limit) || LIMIT;
    this.note = this.part("p", "dropzone__note small soft", { role: "status" });
    this.error = this.part("p", "dropzone__error", { role: "alert" });
    this.picture = this.part("img", "dropzone__preview", { alt: "" });
    this.bar = this.part("progress", "dropzone__progress", { max: "100", "aria-label": "Upload" });
    this.field.addEventListener("change", () => this.show());
    this.form.addEventListener("submit", (event) => this.send(event));
  }

  part(tag, name, attributes) {
    const element = document.createElement(tag);
    element.className = name;
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    element.hidden = true;
    this.zone.append(element);
    return element;
  }

  take(files) {
    if (!files?.length) return;
    this.zone.closest("details")?.setAttribute("open", "");
    this.zone.scrollIntoView({ block: "nearest" });
    const moved = new DataTransfer();
    moved.items.add(files[0]);
    this.field.files = moved.files;
    this.field.dispatchEvent(new Event("change", { bubbles: true }));
  }

  show() {
    const file = this.field.files[0];
    if (this.picture.src) URL.revokeObjectURL(this.picture.src);
    this.picture.hidden = true;
    this.say(this.note, file ? `${file.name}, ${megabytes(file.size)}` : "");
    this.say(this.error, "");
    this.field.setCustomValidity("");
    if (!file) return;
    if (file.size > this.limit) {
      const text = `This file has ${megabytes(file.size)}; the most we take is ${megabytes(this.limit)}.`;
      this.field.setCustomValidity(text);
      this.say(this.error, text);
      return;
    }
    if (file.type.startsWith("image/")) {
      this.picture.onload = () => (this.picture.hidden = false);
      this.picture.src = URL.createObjectURL(file);
    }
  }

  // The same file in a form that came anew; what the server said about it stays.
  keep(files) {
    this.field.files = files;
    const file = files[0];
    if (!file) return;
    this.say(this.note, `${file.name}, ${megabytes(file.size)}`);
    if (!file.type.startsWith("image/")) return;
    this.picture.onload = () => (this.picture.hidden = false);
    this.picture.src = URL.createObjectURL(file);
  }

  say(element, text) {
    element.textContent = text;
    element.hidden = !text;
  }

  send(event) {
    if (!this.field.files.length || event.defaultPrevented) return;
    event.preventDefault();
    const request = new XMLHttpRequest();
    const button = event.submitter;
    this.bar.hidden = false;
    this.bar.value = 0;
    if (button) button.disabled = true;
    request.upload.addEventListener("progress", (progress) => {
      if (!progress.lengthComputable) return;
      const done = Math.round((100 * progress.loaded) / progress.total);
      this.bar.value = done;
      this.say(this.note, done < 100 ? `${done} % sent` : "Received. Looking at your drawing…");
    });
    request.addEventListener("load", () => {
      if (request.responseURL && request.status < 400 && request.responseURL !== location.href) {
        location.assign(request.responseURL);
        return;
      }
      // The server answered with the form and its errors: show exactly that page, or in a dialog that form.
      const page = new DOMParser().parseFromString(request.responseText, "text/html");
      const dialog = this.form.closest("dialog");
      const fresh = dialog ? page.querySelector("[data-dropzone]")?.closest("form") : page.querySelector("main");
      if (fresh) {
        const kept = this.field.files;
        (dialog ? this.form : document.querySelector("main")).replaceWith(fresh);
        window.htmx?.process(fresh);
        start();
        zones.at(-1)?.keep(kept);
        fresh.querySelector(".field__error, [role=alert]")?.scrollIntoView({ block: "center" });
      } else {
        this.failed(button, `The server refused the upload (${request.status}). Your drawing is still here: try again.`);
      }
    });
    request.addEventListener("error", () =>
      this.failed(button, "The connection broke before the upload was complete. Your drawing is still here: try again."),
    );
    request.open("POST", this.form.action || location.href);
    request.send(new FormData(this.form, button ?? undefined));
  }

  failed(button, text) {
    this.bar.hidden = true;
    this.say(this.note, "");
    this.say(this.error, text);
    if (button) button.disabled = false;
  }
}

let zones = [];

export const start = () => {
  zones = zones.filter(({ zone }) => zone.isConnected);
  for (const zone of document.querySelectorAll("[data-dropzone]:not([data-ready])")) {
    zone.dataset.ready = "";
    zones.push(new Dropzone(zone));
  }
};

// A page without a form of its own fetches that of the page in [data-drop-to] when a picture is dropped on it.
const fetched = async () => {
  const url = document.querySelector("[data-drop-to]")?.dataset.dropTo;
  if (!url) return null;
  const answer = await fetch(url, { credentials: "same-origin" });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const form = page.querySelector("[data-dropzone]")?.closest("form");
  if (!form) return null;
  const dialog = document.createElement("dialog");
  dialog.className = "drop-dialog";
  dialog.append(form);
  document.body.append(dialog);
  dialog.addEventListener("close", () => dialog.remove());
  dialog.showModal();
  start();
  return zones.at(-1);
};

const hasFiles = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");

const take = async (files) => {
  if (!files?.length) return;
  start();
  const kept = [...files]; // the event's own list does not outlive it
  const zone = zones[0] ?? (await fetched());
  zone?.take(kept);
};

let inside = 0;
const over = (change) => {
  inside = Math.max(0, inside + change);
  document.body.classList.toggle("is-dropping", inside > 0);
};

document.addEventListener("dragenter", (event) => hasFiles(event) && over(1));
document.addEventListener("dragleave", (event) => hasFiles(event) && over(-1));
document.addEventListener("dragover", (event) => hasFiles(event) && event.preventDefault());
document.addEventListener("drop", (event) => {
  if (!hasFiles(event)) return;
  event.preventDefault();
  over(-inside);
  take(event.dataTransfer.files);
});
document.addEventListener("paste", (event) => take(event.clipboardData?.files));
document.addEventListener("htmx:afterSettle", start);

start();
for (const hint of document.querySelectorAll("[data-drop-hint]")) hint.hidden = false;
