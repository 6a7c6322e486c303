// A button with data-copy="#selector" copies where that element leads, its value or its text. Without script the button stays hidden.

const say = (text) => {
  let toast = document.querySelector(".toast");
  if (!toast) {
    toast = document.createElement("p");
    toast.className = "toast";
    toast.setAttribute("role", "status");
    document.body.append(toast);
  }
  toast.textContent = text;
  requestAnimationFrame(() => toast.classList.add("toast--shown"));
  clearTimeout(say.timer);
  say.timer = setTimeout(() => toast.classList.remove("toast--shown"), 2500);
};

if (navigator.clipboard) {
  const show = () => {
    for (const button of document.querySelectorAll("[data-copy]")) button.hidden = false;
  };
  show();
  document.addEventListener("htmx:afterSettle", show);
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    const source = document.querySelector(button.dataset.copy);
    if (!source) return;
    try {
      await navigator.clipboard.writeText(source.href ?? source.value ?? source.textContent.trim());
      say("Copied");
    } catch {
      say("Copying was refused: select the text and copy it by hand");
    }
  });
}
