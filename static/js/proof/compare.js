// This revision and the one before on the same spot: a press changes over, holding shows the old one until it is let go.

const BLINK_MS = 700; // far below three flashes in a second
const HOLD_MS = 300;

export const compare = (viewer) => {
  const button = viewer.querySelector("[data-compare]");
  if (!button) return () => {};
  const blink = viewer.querySelector("[data-blink]");
  let shown = false;
  let timer = 0;
  let heldSince = 0;

  const show = (isBefore) => {
    shown = isBefore;
    for (const stage of viewer.querySelectorAll("[data-stage]")) {
      const which = stage.querySelector("[data-which]");
      stage.classList.toggle("is-compared", shown && which !== null);
      if (which) which.hidden = !shown;
    }
    button.setAttribute("aria-pressed", String(shown));
  };
  const stop = () => {
    clearInterval(timer);
    timer = 0;
    blink.setAttribute("aria-pressed", "false");
  };

  button.addEventListener("pointerdown", () => {
    stop();
    heldSince = performance.now();
    show(!shown);
  });
  for (const name of ["pointerup", "pointercancel", "pointerleave"]) {
    button.addEventListener(name, () => {
      if (heldSince && performance.now() - heldSince > HOLD_MS) show(false);
      heldSince = 0;
    });
  }
  // a press of a key, or of a reader's own, comes without a pointer
  button.addEventListener("click", (event) => {
    if (event.detail > 0) return;
    stop();
    show(!shown);
  });
  blink.addEventListener("click", () => {
    if (timer) {
      stop();
      show(false);
      return;
    }
    blink.setAttribute("aria-pressed", "true");
    show(true);
    timer = setInterval(() => show(!shown), BLINK_MS);
  });
  return () => {
    stop();
    show(!shown);
  };
};
