// A picture that has arrived takes the place of its blurred stand-in. Pictures that htmx brings are heard as well.

const show = (picture) => picture.closest(".picture")?.classList.add("is-loaded");

document.addEventListener("load", (event) => event.target instanceof HTMLImageElement && show(event.target), true);

for (const picture of document.querySelectorAll(".picture picture > img")) {
  if (picture.complete && picture.naturalWidth) show(picture);
}
