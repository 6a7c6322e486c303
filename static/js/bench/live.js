// The live pin in the configurator: what is chosen shows at once, a press opens the palette, marks keep to their places.

const pin = () => document.getElementById("live")?.pin;
const stage = () => document.getElementById("pin-stage");

document.addEventListener("pin:pick", (event) => {
  const label = event.detail.found?.label;
  const row = document.querySelector(`.colour-rows [data-label="${label}"] a`);
  if (row) window.htmx?.ajax("GET", row.getAttribute("href"), { target: "#palette" });
});

// An enamel under the pointer, or in focus, is tried on; one that is pressed stays until the server has drawn it.
const tried = (event, on) => {
  const enamel = event.target.closest?.(".enamel[data-fill]");
  if (!enamel || !pin()) return;
  const label = enamel.closest("[data-palette]").dataset.palette;
  pin().set({ colours: { [label]: on ? enamel.dataset.fill : fills()[label] } });
};

// What each colour is filled with, by the page.
const fills = () =>
  Object.fromEntries(
    [...document.querySelectorAll(".colour-rows [data-label]")].map((row) => [
      row.dataset.label,
      row.querySelector("rect").getAttribute("fill"),
    ]),
  );

document.addEventListener("pointerover", (event) => tried(event, true));
document.addEventListener("pointerout", (event) => tried(event, false));
document.addEventListener("focusin", (event) => tried(event, true));
document.addEventListener("focusout", (event) => tried(event, false));
document.addEventListener("click", (event) => {
  const enamel = event.target.closest(".enamel[data-fill]");
  const row = enamel && document.querySelector(`.colour-rows [data-label="${enamel.closest("[data-palette]").dataset.palette}"]`);
  row?.querySelector("rect").setAttribute("fill", enamel.dataset.fill);
});

// While the pin leans its marks go along.
const UNITS = 1000;
const follow = () => {
  const box = stage()?.querySelector("live-pin")?.getBoundingClientRect();
  if (!pin() || !box?.width) return;
  const { widthMm, heightMm, pictureMm } = stage().dataset;
  const mm = (units, side) => (units / UNITS - 0.5) * Number(pictureMm) + Number(side) / 2;
  for (const mark of document.querySelectorAll(".stage__marks [data-x]")) {
    const place = pin().place(mm(mark.dataset.x, widthMm), mm(mark.dataset.y, heightMm));
    const [x, y] = [(place.x * UNITS) / box.width, (place.y * UNITS) / box.height];
    mark.setAttribute("transform", `translate(${(x - mark.dataset.x).toFixed(1)} ${(y - mark.dataset.y).toFixed(1)})`);
  }
};
document.addEventListener("pin:lean", follow);

// A pin that was drawn anew takes the place of the old one without a flicker: the element stays, its bundle changes.
document.addEventListener("htmx:oobBeforeSwap", (event) => {
  const { target, fragment } = event.detail;
  const [live, fresh] = [target.querySelector?.("live-pin.is-live"), fragment.querySelector?.("live-pin[src]")];
  if (target.id !== "views" || !live || !fresh) return;
  event.detail.shouldSwap = false;
  for (const part of [".stage__marks", ".views"]) {
    target.querySelector(part).replaceWith(fragment.querySelector(part));
    window.htmx.process(target.querySelector(part));
  }
  live.querySelector("img").src = fresh.querySelector("img").src;
  Object.assign(stage().dataset, fragment.querySelector("#pin-stage").dataset);
  for (const name of ["process", "plating", "src"]) live.setAttribute(name, fresh.getAttribute(name));
});

document.addEventListener("design-drawn", () => {
  pin()?.set({ colours: fills() });
  follow();
});
