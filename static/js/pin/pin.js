// A pin that turns: `const pin = await Pin.mount(canvas, url, look)`, then
//   pin.set({ plating, process, epoxy, colours: { label: "#rrggbb" }, effects: { label: "glitter" } }), at once and without the server;
//   pin.pick(x, y) for what lies under a point of the canvas (CSS pixels): { label, entry, x_mm, y_mm }, null beside the pin;
//   pin.place(x_mm, y_mm) for the point of the canvas under which a place of the pin lies;
//   pin.dark(true), pin.lean(x, y), pin.reset(), pin.greet(), pin.load(url), pin.destroy().
// Events: "ready", "change", "lean", "lost", "restored". It draws only while something moves.

import { load } from "./bundle.js";
import { isInside, labelAt } from "./fields.js";
import { Renderer } from "./renderer.js";

const MOST_LEAN = 0.42; // the sine of the steepest angle
const QUICKNESS = 11; // how much of the way is left goes by e every so many parts of a second
const AT_REST = 0.0008;
const SLOW_MS = 20;
const MOST_PX = 1400;
const METAL = 1;

const still = matchMedia("(prefers-reduced-motion: reduce)");

export class Pin extends EventTarget {
  static async mount(canvas, url, look = {}, { studio = false } = {}) {
    return new Pin(canvas, await load(url), look, studio);
  }

  constructor(canvas, bundle, look, studio) {
    super();
    this.canvas = canvas;
    this.bundle = bundle;
    this.look = { process: bundle.process, plating: "gold", epoxy: false, colours: {}, effects: {}, ...look };
    this.now = { x: 0, y: 0, dark: 0 };
    this.wanted = { x: 0, y: 0, dark: 0 };
    this.frame = 0;
    this.last = 0;
    this.slow = 0;
    this.isHalved = false;
    this.renderer = new Renderer(canvas, bundle, this.look, studio);
    this.ends = new AbortController();
    const { signal } = this.ends;
    canvas.addEventListener("webglcontextlost", (event) => this.lose(event), { signal });
    canvas.addEventListener("webglcontextrestored", () => this.restore(), { signal });
    this.sizes = new ResizeObserver(() => this.canvas.width !== this.full && !this.frame && this.rest());
    this.sizes.observe(canvas);
    this.rest();
    this.tell("ready");
  }

  tell(name, detail = {}) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }

  set(look) {
    const { colours, effects, ...rest } = look;
    this.look = { ...this.look, ...rest };
    this.look.colours = { ...this.look.colours, ...colours };
    this.look.effects = { ...this.look.effects, ...effects };
    this.renderer.show(this.look);
    this.rest();
    this.tell("change", this.look);
  }

  // Another pin, or the same flattened anew, in the same look; colours and effects that were tried are dropped.
  async load(url) {
    this.bundle = await load(url);
    this.look = { ...this.look, process: this.bundle.process, colours: {}, effects: {} };
    this.renderer.bundle = this.bundle;
    this.renderer.start(this.look);
    this.rest();
    this.tell("ready");
  }

  lean(x, y) {
    const length = Math.max(1, Math.hypot(x, y) / MOST_LEAN);
    Object.assign(this.wanted, { x: x / length, y: y / length });
    this.move();
  }

  // A short glint, so that people see that it turns.
  greet() {
    if (still.matches) return;
    Object.assign(this.now, { x: -0.3, y: -0.26 });
    this.move();
  }

  reset() {
    this.lean(0, 0);
  }

  dark(on) {
    this.wanted.dark = on ? 1 : 0;
    this.move();
  }

  get isDark() {
    return this.wanted.dark === 1;
  }

  pick(x, y) {
    const at = this.below(x, y);
    if (!at || !isInside(this.bundle.outline, ...at)) return null;
    const [right, down] = at;
    const { bundle } = this;
    const place = { x_mm: right + bundle.width_mm / 2, y_mm: down + bundle.height_mm / 2 };
    const label = isInside(bundle.enamel, right, down) ? labelAt(bundle.owner, right, down) : METAL;
    return { ...place, label, entry: bundle.palette.find((each) => each.label === label) ?? null };
  }

  // Where a ray through a point of the canvas meets the pin's face, in mm from its middle.
  below(x, y) {
    const side = this.canvas.clientWidth;
    const eye = 9 * this.bundle.radius;
    const { x: a, y: b } = this.now;
    const c = Math.sqrt(1 - a * a - b * b);
    const k = 1 / (1 + c);
    const [u, v] = [x, y].map((value) => (value / side - 0.5) * this.bundle.picture);
    const ray = [
      u * (1 - a * a * k) - v * a * b * k + a * eye,
      -u * a * b * k + v * (1 - b * b * k) + b * eye,
      u * a + v * b - c * eye,
    ];
    const far = -(c * eye) / ray[2];
    return [-a * eye + far * ray[0], -b * eye + far * ray[1]];
  }

  place(xMm, yMm) {
    const { bundle } = this;
    const [u, v] = [xMm - bundle.width_mm / 2, yMm - bundle.height_mm / 2];
    const { x: a, y: b } = this.now;
    const k = 1 / (1 + Math.sqrt(1 - a * a - b * b));
    const near = (9 * bundle.radius) / (9 * bundle.radius + u * a + v * b);
    const side = this.canvas.clientWidth;
    return {
      x: (((u * (1 - a * a * k) - v * a * b * k) * near) / bundle.picture + 0.5) * side,
      y: (((-u * a * b * k + v * (1 - b * b * k)) * near) / bundle.picture + 0.5) * side,
    };
  }

  move() {
    if (still.matches) {
      Object.assign(this.now, this.wanted);
      this.rest();
    } else if (!this.frame) {
      this.last = 0;
      this.frame = requestAnimationFrame((time) => this.step(time));
    }
  }

  step(time) {
    this.frame = 0;
    const passed = this.last ? time - this.last : 16;
    if (this.last) this.weigh(passed);
    this.last = time;
    const part = 1 - Math.exp((-QUICKNESS * Math.min(passed, 60)) / 1000);
    let left = 0;
    for (const name of ["x", "y", "dark"]) {
      const way = this.wanted[name] - this.now[name];
      this.now[name] += way * part;
      left = Math.max(left, Math.abs(way));
    }
    if (left < AT_REST) {
      Object.assign(this.now, this.wanted);
      this.rest();
    } else {
      this.draw(this.isHalved ? 0.5 : 1);
      this.frame = requestAnimationFrame((next) => this.step(next));
    }
  }

  // Half the resolution while frames take too long; whole again where halved ones are quick.
  weigh(passed) {
    this.slow = passed > SLOW_MS ? Math.min(this.slow + 1, 3) : Math.max(this.slow - 0.25, 0);
    if (this.slow >= 3) this.isHalved = true;
    else if (this.slow === 0) this.isHalved = false;
  }

  // One frame at full resolution.
  rest() {
    this.draw(1);
    this.tell("lean", { x: this.now.x, y: this.now.y });
  }

  // Two pixels for one of a plain screen: bevels are finer than a pixel.
  get full() {
    return Math.min(MOST_PX, Math.round((this.canvas.clientWidth || 300) * Math.max(2, devicePixelRatio)));
  }

  draw(scale) {
    const { canvas } = this;
    const side = Math.max(1, Math.round(this.full * scale));
    if (canvas.width !== side) canvas.width = side;
    if (canvas.height !== side) canvas.height = side;
    this.renderer.draw(this.now.x, this.now.y, this.now.dark);
    if (scale < 1) this.tell("lean", { x: this.now.x, y: this.now.y });
  }

  lose(event) {
    event.preventDefault();
    cancelAnimationFrame(this.frame);
    this.frame = 0;
    this.tell("lost");
  }

  restore() {
    this.renderer.start(this.look);
    this.rest();
    this.tell("restored");
  }

  destroy() {
    this.ends.abort();
    this.sizes.disconnect();
    cancelAnimationFrame(this.frame);
    this.renderer.gl.getExtension("WEBGL_lose_context")?.loseContext();
  }
}
