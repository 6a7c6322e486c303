// The pin at its true size: a coin or card is held against the screen once, and this browser knows its millimetres.

const KEY = "pinshop.px-per-mm";
const USUAL = 96 / 25.4; // CSS pixels per mm, as browsers assume
const CARD = 53.98 / 85.6;

const stored = () => {
  try {
    return Number(localStorage.getItem(KEY)) || 0;
  } catch {
    return 0; // a browser may keep nothing
  }
};

const store = (scale) => {
  try {
    localStorage.setItem(KEY, String(scale));
  } catch {
    // it then holds for this page only
  }
};

const sized = (element, width, height) => {
  element.setAttribute("width", width.toFixed(2));
  element.setAttribute("height", height.toFixed(2));
};

const show = (root, scale) => {
  for (const drawing of root.querySelectorAll("svg[data-mm]")) {
    const [, , width, height] = drawing.getAttribute("viewBox").split(" ").map(Number);
    const mm = Number(drawing.dataset.mm);
    sized(drawing, mm * scale, (mm * scale * height) / width);
  }
  const chosen = root.querySelector("#thing").selectedOptions[0];
  const thing = root.querySelector(".calibrate__thing");
  const across = Number(chosen.value) * scale;
  const isCard = "card" in chosen.dataset;
  thing.replaceChildren(shape(isCard));
  thing.setAttribute("viewBox", isCard ? `0 0 100 ${(100 * CARD).toFixed(1)}` : "0 0 100 100");
  sized(thing, across, across * (isCard ? CARD : 1));
};

const shape = (isCard) => {
  const made = document.createElementNS("http://www.w3.org/2000/svg", isCard ? "rect" : "circle");
  const values = isCard ? { x: 0.5, y: 0.5, width: 99, height: 100 * CARD - 1, rx: 3.7 } : { cx: 50, cy: 50, r: 49.5 };
  for (const [name, value] of Object.entries(values)) made.setAttribute(name, value);
  return made;
};

export const calibrate = () => {
  const root = document.querySelector("[data-true-size]:not([data-ready])");
  if (!root) return;
  root.dataset.ready = "";
  root.querySelector("[data-calibrate]").hidden = false;
  const fit = root.querySelector("#fit");
  const told = root.querySelector("[data-calibrated]");
  fit.value = stored() || USUAL;
  const say = (isKept) => {
    told.textContent = isKept ? `Kept for this screen: ${Number(fit.value).toFixed(2)} pixels for a millimetre.` : "";
  };
  say(stored() > 0);
  show(root, Number(fit.value));
  fit.addEventListener("input", () => {
    store(Number(fit.value));
    show(root, Number(fit.value));
    say(true);
  });
  root.querySelector("#thing").addEventListener("change", () => show(root, Number(fit.value)));
};
