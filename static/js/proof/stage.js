// A drawing in mm that is enlarged and moved: all of it is the drawing's viewBox, so that what lies on it stays in its place.

const LARGEST = 8;
const STEP = 0.12; // of what is seen, for an arrow key
const STILL = 6; // px that a finger may move and still have pressed

export class Stage {
  constructor(element, { onChange, onPress }) {
    this.element = element;
    this.svg = element.querySelector("svg");
    const [x, y, side] = this.svg.getAttribute("viewBox").split(" ").map(Number);
    this.base = { x, y, side };
    this.onChange = onChange;
    this.onPress = onPress;
    this.pointers = new Map();
    element.tabIndex = 0;
    element.setAttribute("role", "group");
    element.setAttribute("aria-label", this.svg.getAttribute("aria-label"));
    element.classList.add("is-live");
    element.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    element.addEventListener("pointerdown", (event) => this.down(event));
    element.addEventListener("pointermove", (event) => this.move(event));
    for (const name of ["pointerup", "pointercancel"]) element.addEventListener(name, (event) => this.up(event));
    // a picture and a link would be dragged away by themselves
    element.addEventListener("dragstart", (event) => event.preventDefault());
    this.fit();
  }

  get mmPerPx() {
    const box = this.element.getBoundingClientRect();
    return this.side / Math.max(1, Math.min(box.width, box.height));
  }

  get zoom() {
    return this.base.side / this.side;
  }

  fit() {
    this.show(this.base.x, this.base.y, this.base.side);
  }

  show(x, y, side) {
    this.side = Math.min(this.base.side, Math.max(this.base.side / LARGEST, side));
    const within = (value, start) => Math.min(start + this.base.side - this.side, Math.max(start, value));
    this.x = within(x, this.base.x);
    this.y = within(y, this.base.y);
    this.svg.setAttribute("viewBox", `${this.x} ${this.y} ${this.side} ${this.side}`);
    this.element.classList.toggle("is-zoomed", this.zoom > 1.001);
    this.onChange(this);
  }

  // What lies at `at` (mm) stays where it is on the screen.
  zoomBy(factor, at = { x: this.x + this.side / 2, y: this.y + this.side / 2 }) {
    const side = Math.min(this.base.side, Math.max(this.base.side / LARGEST, this.side / factor));
    const kept = side / this.side;
    this.show(at.x - (at.x - this.x) * kept, at.y - (at.y - this.y) * kept, side);
  }

  pan(dx, dy) {
    this.show(this.x + dx, this.y + dy, this.side);
  }

  // Moves by the share of what is seen.
  step(right, down) {
    this.pan(right * STEP * this.side, down * STEP * this.side);
  }

  bring(at) {
    const edge = this.side * 0.1;
    const inside = (value, start) => value > start + edge && value < start + this.side - edge;
    if (!inside(at.x, this.x) || !inside(at.y, this.y)) this.show(at.x - this.side / 2, at.y - this.side / 2, this.side);
  }

  toMm(event) {
    const box = this.element.getBoundingClientRect();
    const scale = this.mmPerPx;
    return {
      x: this.x + this.side / 2 + (event.clientX - box.left - box.width / 2) * scale,
      y: this.y + this.side / 2 + (event.clientY - box.top - box.height / 2) * scale,
    };
  }

  wheel(event) {
    const asked = event.ctrlKey || event.metaKey || this.element.contains(document.activeElement) || this.zoom > 1.001;
    const isAtEnd = event.deltaY > 0 && this.zoom <= 1.001;
    if (!asked || (isAtEnd && !event.ctrlKey)) return; // the page scrolls
    event.preventDefault();
    this.zoomBy(Math.exp(-Math.sign(event.deltaY) * Math.min(0.35, Math.abs(event.deltaY) / 300)), this.toMm(event));
  }

  down(event) {
    if (event.button > 0) return;
    this.pointers.set(event.pointerId, event);
    this.moved = this.pointers.size > 1 || (this.pointers.size === 1 ? 0 : this.moved);
    this.pressed = event;
  }

  move(event) {
    const last = this.pointers.get(event.pointerId);
    if (!last) return;
    const others = [...this.pointers.values()].filter((each) => each.pointerId !== event.pointerId);
    if (others.length > 0) this.pinch(last, event, others[0]);
    else this.drag(last, event);
    if (this.moved || others.length > 0) this.pointers.set(event.pointerId, event);
  }

  drag(last, event) {
    const [dx, dy] = [event.clientX - last.clientX, event.clientY - last.clientY];
    if (!this.moved && Math.hypot(dx, dy) < STILL) return;
    if (!this.moved) this.element.setPointerCapture(event.pointerId);
    this.moved = true;
    this.element.classList.add("is-dragged");
    this.pan(-dx * this.mmPerPx, -dy * this.mmPerPx);
  }

  pinch(last, event, other) {
    const apart = (each) => Math.hypot(each.clientX - other.clientX, each.clientY - other.clientY);
    const middle = { clientX: (event.clientX + other.clientX) / 2, clientY: (event.clientY + other.clientY) / 2 };
    this.moved = true;
    this.zoomBy(apart(event) / Math.max(1, apart(last)), this.toMm(middle));
  }

  up(event) {
    const isPress = event.type === "pointerup" && this.pointers.size === 1 && !this.moved && this.pointers.has(event.pointerId);
    this.pointers.delete(event.pointerId);
    if (this.pointers.size > 0) return;
    this.element.classList.remove("is-dragged");
    if (isPress && !event.target.closest("a")) this.onPress?.(this, this.toMm(event));
  }
}

const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

// Whether the key was one of the stage's; `arrow` takes an arrow key in place of moving the view.
export const press = (stage, event, arrow) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return false;
  const direction = ARROWS[event.key];
  if (direction && arrow) arrow(...direction, event.shiftKey);
  else if (direction && stage.zoom > 1.001) stage.step(...direction);
  else if (event.key === "+" || event.key === "=") stage.zoomBy(1.5);
  else if (event.key === "-") stage.zoomBy(1 / 1.5);
  else if (event.key === "0") stage.fit();
  else return false;
  event.preventDefault();
  return true;
};
