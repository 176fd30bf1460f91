// Keys for who decides all day, and a photo that grows. Every page works without this file.
"use strict";

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Escape") {
    document.querySelectorAll(".photo.zoomed").forEach((photo) => photo.classList.remove("zoomed"));
    document.querySelectorAll(".decide details[open]").forEach((panel) => (panel.open = false));
    document.activeElement?.blur();
    return;
  }
  if (event.target.closest("input, textarea, select")) return;
  const key = event.key.toLowerCase();
  if (key === "z") {
    document.querySelector("[data-zoom]")?.classList.toggle("zoomed");
    return;
  }
  const control = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
  if (!control) return;
  event.preventDefault();
  // A single key never decides: it leads to the button, and Enter presses it.
  control.focus();
  if (control.tagName !== "BUTTON") control.click();
});

document.addEventListener("click", (event) => {
  const photo = event.target.closest("[data-zoom]");
  if (!photo) return;
  event.preventDefault();
  photo.classList.toggle("zoomed");
});
