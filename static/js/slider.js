// input[type=range][data-for="id"] follows a number field and leads it. Its stops are the numbers in data-stops
// ("50 100 200 …"), so that a short slider reaches 10,000 and rests at the quantities that people order.
// Without script the slider stays hidden and the number field does the work.

const nearest = (stops, value) =>
  stops.reduce((best, stop, index) => (Math.abs(stop - value) < Math.abs(stops[best] - value) ? index : best), 0);

const bind = (slider) => {
  const field = document.getElementById(slider.dataset.for);
  const stops = (slider.dataset.stops ?? "").split(/\s+/).filter(Boolean).map(Number);
  if (!field || stops.length < 2) return;
  const follow = () => {
    slider.value = nearest(stops, Number(field.value) || stops[0]);
    slider.setAttribute("aria-valuetext", field.value);
  };
  slider.min = 0;
  slider.max = stops.length - 1;
  slider.step = 1;
  slider.hidden = false;
  slider.dataset.ready = "";
  follow();
  field.addEventListener("input", follow);
  slider.addEventListener("input", () => {
    field.value = stops[Number(slider.value)];
    slider.setAttribute("aria-valuetext", field.value);
    field.dispatchEvent(new Event("input", { bubbles: true }));
  });
  slider.addEventListener("change", () => field.dispatchEvent(new Event("change", { bubbles: true })));
};

const start = () => document.querySelectorAll('input[type="range"][data-for]:not([data-ready])').forEach(bind);

start();
document.addEventListener("htmx:afterSettle", start);
