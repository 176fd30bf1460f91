// Keys for who decides all day. Every page works without this file.
"use strict";

document.documentElement.classList.add("scripted");

// What a key is for stands beside it, in data-key. A single key never decides: it leads to the button, and Enter, or the same
// key again, presses it. What can't harm (data-now) is done at once.
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Escape") return close();
  const field = event.target.closest("input, textarea, select");
  if (field && answered(field, event)) return event.preventDefault();
  if (field && field.type !== "radio") return;
  const key = event.key.toLowerCase();
  const panel = document.querySelector(".decide details[open]");
  const control = panel?.querySelector(`[data-number="${CSS.escape(key)}"]`) ?? document.querySelector(`[data-key="${CSS.escape(key)}"]`);
  // whoever writes a reason has nothing else in mind
  if (!control || (panel && control.matches("form:not(.panel) button, .held button"))) return;
  event.preventDefault();
  if (control.type === "radio") return choose(control);
  if (control.matches("[data-now], summary, a") || document.activeElement === control) return control.click();
  control.focus();
});

function close() {
  document.querySelectorAll(".record details[open]").forEach((panel) => (panel.open = false));
  document.querySelectorAll("[data-zoom]").forEach((photo) => photoAsIs(photo));
  document.activeElement?.blur();
}

// Keys within a form: arrows lead from one comment to the next, Enter sends the words of a refusal.
function answered(field, event) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step && field.matches(".comment")) {
    const fields = [...document.querySelectorAll(".comment")];
    fields[fields.indexOf(field) + step]?.focus();
    return true;
  }
  if (event.key === "Enter" && !event.shiftKey && field.matches(".decide textarea, .decide [type=radio]")) {
    field.form.requestSubmit();
    return true;
  }
  return false;
}

function choose(reason) {
  reason.checked = true;
  const words = reason.form.elements.words;
  words.required = Boolean(reason.dataset.words);
  words.focus();
}

// An opened panel has the focus where its first key goes. The event does not rise: it is heard on its way down.
document.addEventListener("toggle", ({ target }) => {
  // and it comes late: a quick hand may be in the panel already
  if (!target.open || document.activeElement?.matches(".comment, .panel *")) return;
  if (target.id === "kembalikan") document.querySelector(".comment")?.focus();
  if (target.id === "tolak") target.querySelector("[type=radio]")?.focus();
}, true);
