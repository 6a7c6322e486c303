// Marks on the front: pressing the picture, or the cross that the arrow keys move, puts down the spot of the next comment.

const SVG = "http://www.w3.org/2000/svg";
const FINE_MM = 0.1;
const COARSE_MM = 1;

const make = (name, values, ...children) => {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(values)) made.setAttribute(key, value);
  made.append(...children);
  return made;
};

export class Spots {
  constructor(viewer, stage, say) {
    this.viewer = viewer;
    this.stage = stage;
    this.say = say;
    this.layer = stage.svg.querySelector("[data-marks]");
    this.width = Number(viewer.dataset.widthMm);
    this.height = Number(viewer.dataset.heightMm);
    this.form = document.querySelector("#remark");
    this.button = viewer.querySelector("[data-aim]");
    this.cross = null;
    if (!this.form) return;
    this.fields = { x: this.form.querySelector("[data-spot=x]"), y: this.form.querySelector("[data-spot=y]") };
    stage.element.classList.add("is-pinnable");
    this.button?.addEventListener("click", () => (this.cross ? this.endAim() : this.aim()));
    this.form.querySelector("[data-spot-none]").addEventListener("click", () => this.put(null));
    if (this.fields.x.value !== "") this.put({ x: Number(this.fields.x.value), y: Number(this.fields.y.value) });
  }

  // The marks keep their size on the screen.
  scale() {
    const size = `scale(${this.stage.mmPerPx})`;
    for (const mark of this.layer.querySelectorAll(".spot > g")) mark.setAttribute("transform", size);
  }

  place(at) {
    if (!this.form) return;
    if (at.x < 0 || at.y < 0 || at.x > this.width || at.y > this.height) {
      this.say(this.viewer.dataset.offThePin);
      return;
    }
    this.endAim();
    this.put({ x: Math.round(at.x * 100) / 100, y: Math.round(at.y * 100) / 100 });
    this.form.open = true;
    const words = this.form.querySelector("textarea");
    words.focus({ preventScroll: true });
    words.scrollIntoView({ block: "nearest" }); // no further, so that the mark stays in view
  }

  put(at) {
    this.layer.querySelector(".spot--new")?.parentElement.remove();
    this.fields.x.value = at ? at.x : "";
    this.fields.y.value = at ? at.y : "";
    const given = this.form.querySelector("[data-spot-given]");
    given.hidden = !at;
    if (!at) {
      this.say("");
      return;
    }
    const number = make("text", { y: 5 }, String(this.layer.querySelectorAll("a.spot").length + 1));
    const mark = make("g", { class: "spot spot--new" }, make("g", {}, make("circle", { r: 14 }), number));
    this.layer.append(make("g", { transform: `translate(${at.x} ${at.y})` }, mark));
    this.scale();
    const words = this.viewer.dataset.marked.replace("{x}", at.x.toFixed(1)).replace("{y}", at.y.toFixed(1));
    given.querySelector("[data-spot-words]").textContent = words;
    this.say(words);
  }

  aim() {
    this.at = { x: this.stage.x + this.stage.side / 2, y: this.stage.y + this.stage.side / 2 };
    const lines = "M-22 0H-5M5 0H22M0-22V-5M0 5V22";
    const drawn = make("g", {}, make("path", { d: lines }), make("path", { d: lines }));
    this.cross = make("g", {}, make("g", { class: "spot spot--cross" }, drawn));
    this.layer.append(this.cross);
    this.button.setAttribute("aria-pressed", "true");
    this.move(0, 0);
    this.stage.element.focus({ preventScroll: true });
    this.stage.element.scrollIntoView({ block: "nearest" });
    this.say(this.viewer.dataset.aiming);
  }

  endAim() {
    this.cross?.remove();
    this.cross = null;
    this.button?.setAttribute("aria-pressed", "false");
  }

  move(right, down, isFine) {
    const step = isFine ? FINE_MM : COARSE_MM;
    const within = (value, end) => Math.min(end, Math.max(0, value));
    this.at = { x: within(this.at.x + right * step, this.width), y: within(this.at.y + down * step, this.height) };
    this.cross.setAttribute("transform", `translate(${this.at.x} ${this.at.y})`);
    this.stage.bring(this.at);
    this.scale();
  }

  // Whether the key was one of the cross's.
  press(event) {
    if (!this.cross) return false;
    if (event.key === "Enter") this.place(this.at);
    else if (event.key === "Escape") this.endAim();
    else return false;
    event.preventDefault();
    return true;
  }
}
