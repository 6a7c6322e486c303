// The configurator: every answer is saved and priced at once by htmx; this keeps the page true around that.
// Without script the same forms are sent by their buttons.

import { calibrate } from "./true-size.js";
import "./live.js";
import "./marks.js";

const INCH = 25.4;
const panel = () => document.getElementById("panel");

// What only helps without script goes, what only works with it comes.
const prepare = () => {
  for (const button of document.querySelectorAll("[data-without-script]")) button.hidden = true;
  const inches = document.querySelector(".lengths__inches");
  if (inches) inches.hidden = false;
  inInches();
  adds();
  calibrate();
};

const inInches = () => {
  const [mm, inch] = [document.getElementById("size_mm"), document.getElementById("size_in")];
  if (mm && inch && document.activeElement !== inch) inch.value = (mm.value / INCH).toFixed(2);
};

// The price says what each other choice adds: write it beside the choice.
const adds = () => {
  const rows = document.querySelectorAll("[data-alternatives] [data-option]");
  if (!rows.length) return;
  document.querySelector("[data-alternatives]").hidden = true;
  const told = new Map([...rows].map((row) => [row.dataset.option, row]));
  for (const slot of document.querySelectorAll("#answers .adds[data-option]")) {
    const row = told.get(slot.dataset.option);
    slot.textContent = row && !row.dataset.blocked ? row.querySelector("td").textContent : "";
    const card = slot.closest(".choice-card");
    if (card) block(card, row?.dataset.blocked ?? "");
  }
};

const block = (card, why) => {
  const [input, note] = [card.querySelector("input"), card.querySelector(".choice-card__note")];
  const isBlocked = Boolean(why) && !input.checked;
  input.disabled = isBlocked;
  card.classList.toggle("is-blocked", isBlocked);
  note.textContent = isBlocked ? why : note.dataset.note;
};

document.addEventListener("input", (event) => {
  if (event.target.id === "size_mm") inInches();
  if (event.target.id !== "size_in") return;
  const mm = document.getElementById("size_mm");
  mm.value = (event.target.value * INCH).toFixed(2);
});

document.addEventListener("change", (event) => {
  // A closed question states its answer.
  const chosen = event.target.closest?.(".option input[type=radio]");
  const value = chosen?.closest(".option").querySelector(".option__value");
  if (value) value.textContent = chosen.dataset.name;
});

// Refusals of the server are shown where they belong, and the form keeps what was chosen.
document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr, target } = event.detail;
  if (![409, 422].includes(xhr.status)) return;
  event.detail.shouldSwap = true;
  event.detail.isError = false;
  if (target.id !== "price") {
    event.detail.target = document.getElementById("refused");
    event.detail.swapOverride = "innerHTML show:#refused:top";
  }
});

document.addEventListener("htmx:configRequest", (event) => {
  // Fields that belong to the page alone are not sent.
  event.detail.parameters.delete?.("size_in");
});

// Every form of the page speaks of the version that was saved last.
document.addEventListener("design-saved", (event) => {
  for (const field of document.querySelectorAll("#bench input[name=version]")) field.value = event.detail.version;
});

// A panel that comes anew keeps its questions, its palette and the focus where they were.
let open = [];
let palette = "";
let pressed = "";
document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.target.id !== "panel") return;
  open = [...panel().querySelectorAll("details[open][id]")].map(({ id }) => id);
  palette = panel().querySelector(".palette")?.getAttribute("action") ?? "";
  pressed = document.activeElement?.closest(".enamel")?.value ?? "";
});
document.addEventListener("htmx:afterSettle", (event) => {
  if (event.detail.target.id === "panel") {
    for (const id of open) document.getElementById(id)?.setAttribute("open", "");
    open = [];
    if (palette) window.htmx.ajax("GET", palette, { target: "#palette" });
    palette = "";
  }
  if (event.detail.target.id === "palette") {
    document.getElementById("colours").open = true;
    const before = pressed && event.detail.target.querySelector(`.enamel[value="${pressed}"]`);
    pressed = "";
    if (before) {
      before.focus({ preventScroll: true });
      prepare();
      return;
    }
    const head = event.detail.target.querySelector(".palette__head");
    head?.focus({ preventScroll: true });
    head?.scrollIntoView({ block: matchMedia("(width < 56rem)").matches ? "start" : "nearest" });
  }
  prepare();
});

// Colours that come anew stay open, with the palette that is being looked at.
document.addEventListener("htmx:oobBeforeSwap", (event) => {
  const { target, fragment } = event.detail;
  const fresh = fragment.querySelector?.("#colours");
  if (target.id !== "enamel" || !fresh) return;
  const focused = target.contains(document.activeElement) ? document.activeElement : null;
  const isOpen = target.querySelector("#colours")?.open ?? false;
  fresh.querySelector("#palette").replaceChildren(...(target.querySelector("#palette")?.childNodes ?? []));
  // Of questions that bear one name a browser lets only one be open, so the old one has to be gone first.
  setTimeout(() => {
    fresh.open = isOpen;
    if (focused?.isConnected) focused.focus({ preventScroll: true });
  });
});

// Nothing is put into the basket, and nothing undone, before what was chosen last is saved.
const SETTLED_MS = 60; // until htmx knows the forms that came with the answer
let saving = 0;
const isChange = (event) => event.detail.requestConfig?.verb === "post";
document.addEventListener("htmx:beforeRequest", (event) => (saving += isChange(event) ? 1 : 0));
document.addEventListener("htmx:afterRequest", (event) => isChange(event) && setTimeout(() => (saving -= 1), SETTLED_MS));
const onceSaved = (act) => (saving ? setTimeout(onceSaved, 50, act) : act());

document.addEventListener("submit", (event) => {
  if (event.target.id !== "basket" || !saving) return;
  event.preventDefault();
  const { target, submitter } = event;
  onceSaved(() => target.requestSubmit(submitter));
});

document.addEventListener("keydown", (event) => {
  if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "z") return;
  if (event.target.closest("input:not([type=radio], [type=checkbox], [type=range]), textarea")) return;
  event.preventDefault();
  const way = event.shiftKey ? "redo" : "undo";
  onceSaved(() => document.getElementById(way)?.click());
});

prepare();
