// The viewer of a proof: one side at a time, enlarged and moved, compared with the revision before, with marks on the front.

import { compare } from "./compare.js";
import { Spots } from "./spots.js";
import { press, Stage } from "./stage.js";

const viewer = document.querySelector("[data-viewer]");

const start = () => {
  const views = [...viewer.querySelectorAll(".viewer__view")];
  const tabs = [...viewer.querySelectorAll(".tabs > a")];
  const level = viewer.querySelector("[data-level]");
  const status = viewer.querySelector("[data-status]");
  const stages = new Map();
  let spots = null;

  const current = () => views.find((view) => view.classList.contains("is-shown"));
  const changed = (stage) => {
    if (stages.get(current()) === stage) level.textContent = `${Math.round(stage.zoom * 100)} %`;
    if (spots?.stage === stage) spots.scale();
  };
  const show = (view) => {
    spots?.endAim();
    for (const each of views) each.classList.toggle("is-shown", each === view);
    for (const tab of tabs) {
      if (tab.hash === `#${view.id}`) tab.setAttribute("aria-current", "true");
      else tab.removeAttribute("aria-current");
    }
    const stage = stages.get(view);
    for (const tool of viewer.querySelectorAll(".viewer__tools > *")) tool.toggleAttribute("disabled", !stage);
    if (stage) changed(stage);
    else level.textContent = "–";
  };

  for (const view of views) {
    const element = view.querySelector("[data-stage]");
    if (!element) continue;
    const onPress = (stage, at) => spots?.stage === stage && spots.place(at);
    const stage = new Stage(element, { onChange: changed, onPress });
    stages.set(view, stage);
    if (view.querySelector("[data-marks]")) spots = new Spots(viewer, stage, (words) => (status.textContent = words));
  }
  const front = [...stages.keys()].find((view) => stages.get(view) === spots?.stage);
  show(views[0]);
  viewer.classList.add("is-live");
  const changeOver = compare(viewer);

  viewer.addEventListener("click", (event) => {
    const tab = event.target.closest(".tabs > a");
    if (tab) {
      event.preventDefault();
      show(views.find((view) => tab.hash === `#${view.id}`));
    }
    const stage = stages.get(current());
    const button = event.target.closest("button");
    if (!stage || !button) return;
    if ("fit" in button.dataset) stage.fit();
    if ("zoomBy" in button.dataset) stage.zoomBy(Number(button.dataset.zoomBy));
  });
  viewer.querySelector("[data-aim]")?.addEventListener(
    "click",
    () => {
      if (front && current() !== front) show(front);
    },
    { capture: true },
  );
  viewer.addEventListener("keydown", (event) => {
    const stage = stages.get(current());
    if (!stage || !stage.element.contains(event.target)) return;
    const arrow = spots?.stage === stage && spots.cross ? (...way) => spots.move(...way) : null;
    if (spots?.stage === stage && spots.press(event)) return;
    if (press(stage, event, arrow)) return;
    if (event.key === "b") changeOver();
  });
  // a comment's number leads to its mark, on whatever side one is
  document.addEventListener("click", (event) => {
    const number = event.target.closest(".comment__number");
    const mark = number && document.querySelector(number.hash);
    if (!mark) return;
    show(front);
    const [x, y] = mark.parentElement.getAttribute("transform").match(/[\d.]+/g).map(Number);
    spots.stage.bring({ x, y });
    mark.focus({ preventScroll: true });
  });
  new ResizeObserver(() => spots?.scale()).observe(viewer);
  actual();
};

// The calibration of the screen, where the design's page was told one (its js/bench/true-size.js keeps it).
const actual = () => {
  let scale = 0;
  try {
    scale = Number(localStorage.getItem("pinshop.px-per-mm")) || 0;
  } catch {
    return; // a browser may keep nothing
  }
  const drawing = viewer.querySelector("svg[data-mm]");
  if (!scale || !drawing) return;
  const [width, height] = drawing.dataset.mm.split(" ").map(Number);
  drawing.setAttribute("width", (width * scale).toFixed(2));
  drawing.setAttribute("height", (height * scale).toFixed(2));
  viewer.querySelector("[data-by-rule]").hidden = true;
  viewer.querySelector("[data-by-calibration]").hidden = false;
};

if (viewer) start();
