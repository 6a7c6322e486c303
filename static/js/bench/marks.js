// Findings in the list and their marks on the pin point at each other; a press on the pin opens the palette of its colour.

const both = (number) => document.querySelectorAll(`[data-finding="${number}"]`);

const light = (event, on) => {
  const one = event.target.closest?.("[data-finding]");
  if (one) for (const each of both(one.dataset.finding)) each.classList.toggle("is-lit", on);
};

document.addEventListener("pointerover", (event) => light(event, true));
document.addEventListener("pointerout", (event) => light(event, false));
document.addEventListener("focusin", (event) => light(event, true));
document.addEventListener("focusout", (event) => light(event, false));

document.addEventListener("click", (event) => {
  const mark = event.target.closest(".mark[data-finding]");
  if (mark) {
    event.preventDefault();
    const told = document.getElementById(`finding-${mark.dataset.finding}`);
    told?.scrollIntoView({ block: "center" });
    told?.focus({ preventScroll: true });
    return;
  }
  const stage = event.target.closest("#pin-stage[data-at]");
  const isTurning = stage?.querySelector("live-pin.is-live"); // it tells itself what was pressed
  if (stage?.dataset.view === "front" && !isTurning && !event.target.closest("a, button")) pick(stage, event);
});

const pick = (stage, event) => {
  const box = stage.querySelector(".stage__picture").getBoundingClientRect();
  const { widthMm, heightMm, pictureMm, at } = stage.dataset;
  const mm = (share, side) => (share - 0.5) * Number(pictureMm) + Number(side) / 2;
  const x = mm((event.clientX - box.left) / box.width, widthMm);
  const y = mm((event.clientY - box.top) / box.height, heightMm);
  window.htmx?.ajax("GET", `${at}?x_mm=${x.toFixed(2)}&y_mm=${y.toFixed(2)}`, { target: "#palette" });
};
