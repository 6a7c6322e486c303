// How a pin is turned: by the pointer above it, by a finger that drags it, by arrow keys, by the phone itself.

const REACH = 0.42;
const KEYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const KEY_STEP = 0.12;
const PRESS_PX = 6;

const still = matchMedia("(prefers-reduced-motion: reduce)");

// `pressed(x, y)` is told where the pin was pressed without being dragged.
export const turnByHand = (pin, pressed) => {
  const { canvas } = pin;
  const signal = pin.ends.signal;
  let held = null;
  canvas.addEventListener(
    "pointerdown",
    (event) => {
      held = { x: event.clientX, y: event.clientY, lean: { ...pin.wanted }, isDragged: false };
    },
    { signal },
  );
  canvas.addEventListener(
    "pointermove",
    (event) => {
      const side = canvas.clientWidth / 2;
      if (held) {
        const [dx, dy] = [event.clientX - held.x, event.clientY - held.y];
        held.isDragged ||= Math.hypot(dx, dy) > PRESS_PX;
        if (held.isDragged) pin.lean(held.lean.x + (dx / side) * REACH, held.lean.y + (dy / side) * REACH);
      } else if (event.pointerType === "mouse" && !still.matches) {
        const box = canvas.getBoundingClientRect();
        pin.lean(((event.clientX - box.left) / side - 1) * REACH, ((event.clientY - box.top) / side - 1) * REACH);
      }
    },
    { signal },
  );
  canvas.addEventListener(
    "pointerup",
    (event) => {
      const box = canvas.getBoundingClientRect();
      if (held && !held.isDragged) pressed(event.clientX - box.left, event.clientY - box.top);
      held = null;
    },
    { signal },
  );
  const leave = () => {
    held = null;
    pin.reset();
  };
  canvas.addEventListener("pointerleave", leave, { signal });
  canvas.addEventListener("pointercancel", leave, { signal });
};

export const turnByKeys = (pin) => {
  pin.canvas.addEventListener(
    "keydown",
    (event) => {
      const way = KEYS[event.key];
      if (way) pin.lean(pin.wanted.x + way[0] * KEY_STEP, pin.wanted.y + way[1] * KEY_STEP);
      else if (event.key === "Escape" || event.key === "Home") pin.reset();
      else return;
      event.preventDefault();
    },
    { signal: pin.ends.signal },
  );
};

export const hasSensor = () => "DeviceOrientationEvent" in window && matchMedia("(pointer: coarse)").matches;

// Called where a button is pressed, because phones ask their owner first. False where that was refused.
export const turnByPhone = async (pin) => {
  const ask = DeviceOrientationEvent.requestPermission;
  if (ask && (await ask.call(DeviceOrientationEvent)) !== "granted") return false;
  let first = null;
  addEventListener(
    "deviceorientation",
    ({ beta, gamma }) => {
      if (beta === null || gamma === null) return;
      first ??= { beta, gamma };
      pin.lean(((gamma - first.gamma) / 40) * REACH, ((beta - first.beta) / 40) * REACH);
    },
    { signal: pin.ends.signal },
  );
  return true;
};
