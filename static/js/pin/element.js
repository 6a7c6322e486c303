// <live-pin src="…" plating="gold" process="soft_enamel" epoxy studio form="choices"><img …></live-pin>: a picture of a pin
// that becomes the pin itself where the browser has WebGL2, and stays a picture where it has not.
//
// `src` is a live bundle; a change of the attributes is shown at once. `studio` draws the shop's paper under the pin. With
// `form` the pin follows the form of that id: `plating`, `process`, `addon` (epoxy_dome:1) and `effect_<label>`.
// Inside it, [data-pin="dark"] and [data-pin="phone"] are buttons that appear where they can do something.
// `element.pin` is the Pin (pin.js) once "pin:ready" was told; "pin:pick" tells what was pressed, "pin:lean" how it leans,
// "pin:failed" that the picture stays.

import { hasSensor, turnByHand, turnByKeys, turnByPhone } from "./motion.js";
import { Pin } from "./pin.js";

const whenIdle = window.requestIdleCallback ?? ((work) => setTimeout(work, 200));

class LivePin extends HTMLElement {
  static observedAttributes = ["src", "plating", "process", "epoxy"];

  connectedCallback() {
    this.pin = null;
    this.ends = new AbortController();
    this.watch = new IntersectionObserver((entries) => {
      if (entries.some((entry) => entry.isIntersecting)) whenIdle(() => this.isConnected && this.begin());
    });
    this.watch.observe(this);
  }

  disconnectedCallback() {
    this.watch.disconnect();
    this.ends.abort();
    this.pin?.destroy();
    this.pin = null;
    this.canvas?.remove();
    this.canvas = null;
    this.classList.remove("is-live");
  }

  attributeChangedCallback(name, before, after) {
    if (!this.pin || before === after) return;
    if (name === "src") this.pin.load(after).catch((error) => this.fail(error));
    else this.pin.set(this.look());
  }

  look() {
    const look = { plating: this.getAttribute("plating") || "gold", epoxy: this.hasAttribute("epoxy") };
    return this.hasAttribute("process") ? { ...look, process: this.getAttribute("process") } : look;
  }

  async begin() {
    this.watch.disconnect();
    if (this.canvas || !this.getAttribute("src")) return;
    const canvas = document.createElement("canvas");
    this.canvas = canvas;
    const picture = this.querySelector("img");
    canvas.tabIndex = 0;
    canvas.setAttribute("role", "img");
    canvas.setAttribute("aria-label", [picture?.alt, this.dataset.hint].filter(Boolean).join(". "));
    this.append(canvas);
    try {
      const pin = await Pin.mount(canvas, this.getAttribute("src"), this.look(), { studio: this.hasAttribute("studio") });
      if (!this.isConnected || this.canvas !== canvas) pin.destroy();
      else this.take(pin);
    } catch (error) {
      this.fail(error);
    }
  }

  take(pin) {
    this.pin = pin;
    this.classList.add("is-live");
    turnByHand(pin, (x, y) => this.tell("pick", { x, y, found: pin.pick(x, y) }));
    turnByKeys(pin);
    pin.addEventListener("lean", ({ detail }) => this.tell("lean", detail));
    pin.addEventListener("lost", () => this.classList.remove("is-live"));
    pin.addEventListener("restored", () => this.classList.add("is-live"));
    pin.addEventListener("ready", () => this.follow());
    this.bindButtons(pin);
    const { signal } = this.ends;
    document.addEventListener("change", (event) => event.target.form?.id === this.getAttribute("form") && this.follow(), { signal });
    this.follow();
    pin.greet();
    this.tell("ready", { pin });
  }

  bindButtons(pin) {
    const { signal } = this.ends;
    const [dark, phone] = ["dark", "phone"].map((name) => this.querySelector(`[data-pin="${name}"]`));
    const glows = pin.bundle.palette.some((entry) => entry.effect === "glow");
    if (dark && glows) {
      dark.hidden = false;
      dark.setAttribute("aria-pressed", "false");
      dark.addEventListener(
        "click",
        () => {
          pin.dark(!pin.isDark);
          dark.setAttribute("aria-pressed", String(pin.isDark));
        },
        { signal },
      );
    }
    if (phone && hasSensor()) {
      phone.hidden = false;
      phone.addEventListener("click", async () => (phone.hidden = await turnByPhone(pin)), { signal });
    }
  }

  // What the form says now.
  follow() {
    const form = this.hasAttribute("form") && document.getElementById(this.getAttribute("form"));
    if (!form || !this.pin) return;
    const chosen = new FormData(form);
    const effects = {};
    for (const [name, value] of chosen) if (name.startsWith("effect_")) effects[name.slice(7)] = value;
    this.pin.set({
      plating: chosen.get("plating") ?? this.look().plating,
      process: chosen.get("process") ?? this.pin.look.process,
      epoxy: chosen.getAll("addon").some((addon) => String(addon).startsWith("epoxy_dome")),
      effects,
    });
  }

  fail(error) {
    this.canvas?.remove();
    this.canvas = null;
    this.pin = null;
    this.classList.remove("is-live");
    this.tell("failed", { error });
  }

  tell(name, detail) {
    this.dispatchEvent(new CustomEvent(`pin:${name}`, { detail, bubbles: true }));
  }
}

customElements.define("live-pin", LivePin);
