// A .frame[data-zoom] enlarges its picture where it is pressed; moving the pointer moves the view; Escape ends it.
// The origin goes into the style sheet object of the element, which our security policy allows (an attribute it would not).

const place = (frame, event) => {
  const box = frame.getBoundingClientRect();
  const x = (100 * (event.clientX - box.left)) / box.width;
  const y = (100 * (event.clientY - box.top)) / box.height;
  const picture = frame.querySelector("img");
  if (picture) picture.style.transformOrigin = `${x}% ${y}%`;
};

const toggle = (frame, on) => {
  frame.classList.toggle("is-zoomed", on);
  frame.setAttribute("aria-pressed", String(frame.classList.contains("is-zoomed")));
};

for (const frame of document.querySelectorAll(".frame[data-zoom]")) {
  frame.tabIndex = 0;
  frame.setAttribute("role", "button");
  frame.setAttribute("aria-pressed", "false");
}

// A pin that turns is pressed and dragged for other things.
document.addEventListener("pin:ready", (event) => {
  const frame = event.target.closest(".frame[data-zoom]");
  for (const name of ["data-zoom", "tabindex", "role", "aria-pressed"]) frame?.removeAttribute(name);
});

document.addEventListener("click", (event) => {
  const frame = event.target.closest(".frame[data-zoom]");
  if (!frame) return;
  place(frame, event);
  toggle(frame);
});

document.addEventListener("pointermove", (event) => {
  const frame = event.target.closest?.(".frame.is-zoomed");
  if (frame) place(frame, event);
});

document.addEventListener("keydown", (event) => {
  const frame = event.target.closest?.(".frame[data-zoom]");
  if (frame && (event.key === "Enter" || event.key === " ")) {
    event.preventDefault();
    toggle(frame);
  }
  if (event.key === "Escape") {
    for (const open of document.querySelectorAll(".frame.is-zoomed")) toggle(open, false);
  }
});
