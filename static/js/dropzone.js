// A form with [data-dropzone] around its file field takes dropped and pasted files, shows the picture, and sends
// the form with real progress. Without script it stays an ordinary form; a failed sending falls back to it, too.

const LIMIT = 25 * 1024 * 1024;

const megabytes = (bytes) => `${(bytes / 1048576).toFixed(1)} MB`;

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
    zone.addEventListener("dragover", (event) => this.over(event, true));
    zone.addEventListener("dragleave", (event) => this.over(event, false));
    zone.addEventListener("drop", (event) => this.drop(event));
    document.addEventListener("paste", (event) => this.take(event.clipboardData?.files));
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

  over(event, inside) {
    event.preventDefault();
    this.zone.classList.toggle("is-over", inside);
  }

  drop(event) {
    this.over(event, false);
    this.take(event.dataTransfer?.files);
  }

  take(files) {
    if (!files?.length) return;
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
      // The server answered with the form and its errors: show exactly that page.
      const page = new DOMParser().parseFromString(request.responseText, "text/html");
      const main = page.querySelector("main");
      if (main) {
        document.querySelector("main").replaceWith(main);
        start();
        main.querySelector(".field__error, [role=alert]")?.scrollIntoView({ block: "center" });
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

const start = () => {
  for (const zone of document.querySelectorAll("[data-dropzone]:not([data-ready])")) {
    zone.dataset.ready = "";
    new Dropzone(zone);
  }
};

start();
