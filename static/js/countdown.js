// <count-down seconds="2100"> counts the seconds that the server says are left, whatever this device's clock says.
// [data-left] shows them, the <time> becomes the reader's own, and at the end [data-over] takes the place of [data-running].
// htmx swaps such elements in and out: being an element of its own, each starts and stops by itself.

const show = (seconds) => {
  const minutes = Math.floor(seconds / 60);
  return `, ${minutes}:${String(seconds % 60).padStart(2, "0")} from now`;
};

class CountDown extends HTMLElement {
  connectedCallback() {
    this.end = Date.now() + 1000 * Number(this.getAttribute("seconds"));
    const time = this.querySelector("time");
    if (time) {
      time.textContent = new Date(time.dateTime).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
    }
    this.tick();
    this.timer = setInterval(() => this.tick(), 1000);
  }

  disconnectedCallback() {
    clearInterval(this.timer);
  }

  tick() {
    const seconds = Math.max(0, Math.round((this.end - Date.now()) / 1000));
    const left = this.querySelector("[data-left]");
    if (seconds > 0) {
      left.textContent = show(seconds);
      return;
    }
    clearInterval(this.timer);
    this.querySelector("[data-running]").hidden = true;
    const over = this.querySelector("[data-over]");
    over.setAttribute("role", "status");
    over.hidden = false;
    this.classList.add("notice--warn");
  }
}

customElements.define("count-down", CountDown);
