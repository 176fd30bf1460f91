// A photo that is looked at closely, within its frame, so that the fields stay beside it: click, wheel, Z, + and − make it
// larger, dragging and arrows move it, R turns it.
const NEAR = 2.5, NEAREST = 8;
const looks = new WeakMap();

function lookOf(photo) {
  if (!looks.has(photo)) looks.set(photo, { scale: 1, x: 0, y: 0, turn: 0 });
  return looks.get(photo);
}

// The one under the pointer, else the first.
const thePhoto = () => document.querySelector("[data-zoom]:hover") ?? document.querySelector("[data-zoom]");

function draw(photo) {
  const look = lookOf(photo), image = photo.querySelector("img");
  const [width, height] = [image.offsetWidth, image.offsetHeight];
  // a quarter turn swaps the sides: it is made to fit again
  const isTurned = look.turn % 180 !== 0;
  const fit = isTurned ? Math.min(1, height / width, width / height) : 1;
  const [wide, high] = (isTurned ? [height, width] : [width, height]).map((side) => side * fit * look.scale);
  const slack = (size, frame) => Math.max(0, (size - frame) / 2);
  look.x = Math.max(-slack(wide, width), Math.min(slack(wide, width), look.x));
  look.y = Math.max(-slack(high, height), Math.min(slack(high, height), look.y));
  image.style.transform = `translate(${look.x}px, ${look.y}px) rotate(${look.turn}deg) scale(${look.scale * fit})`;
  photo.classList.toggle("near", look.scale > 1);
}

// Changes the size and keeps what lies under the point where it is.
function scaleTo(photo, scale, at) {
  const look = lookOf(photo), box = photo.getBoundingClientRect();
  const from = at ? [at.clientX - box.left - box.width / 2, at.clientY - box.top - box.height / 2] : [0, 0];
  const to = Math.max(1, Math.min(NEAREST, scale)), by = to / look.scale;
  Object.assign(look, { scale: to, x: from[0] - (from[0] - look.x) * by, y: from[1] - (from[1] - look.y) * by });
  draw(photo);
}

const photoNear = (photo, at) => scaleTo(photo, lookOf(photo).scale > 1 ? 1 : NEAR, at);

function photoTurn(photo) {
  lookOf(photo).turn = (lookOf(photo).turn + 90) % 360;
  draw(photo);
}

function photoAsIs(photo) {
  if (looks.delete(photo)) draw(photo);
}

let drag = null;
document.addEventListener("pointerdown", (event) => {
  const photo = event.target.closest("[data-zoom]");
  if (!photo || event.button !== 0) return;
  drag = { photo, x: event.clientX, y: event.clientY, hasMoved: false };
});
document.addEventListener("pointermove", (event) => {
  if (!drag) return;
  const [x, y] = [event.clientX - drag.x, event.clientY - drag.y];
  if (!drag.hasMoved && Math.hypot(x, y) < 5) return;
  const look = lookOf(drag.photo);
  Object.assign(look, { x: look.x + x, y: look.y + y });
  Object.assign(drag, { x: event.clientX, y: event.clientY, hasMoved: true });
  draw(drag.photo);
});
document.addEventListener("pointercancel", () => (drag = null));

document.addEventListener("click", (event) => {
  const tool = event.target.closest("[data-view]");
  if (tool && thePhoto()) return tool.dataset.view === "turn" ? photoTurn(thePhoto()) : photoNear(thePhoto());
  const photo = event.target.closest("[data-zoom]");
  const wasDragged = drag?.hasMoved;
  drag = null;
  if (!photo) return;
  event.preventDefault();
  if (!wasDragged) photoNear(photo, event.detail ? event : undefined);
});

document.addEventListener("wheel", (event) => {
  const photo = event.target.closest?.("[data-zoom]");
  if (!photo) return;
  event.preventDefault();
  scaleTo(photo, lookOf(photo).scale * (event.deltaY < 0 ? 1.25 : 0.8), event);
}, { passive: false });

document.addEventListener("keydown", (event) => {
  const photo = thePhoto();
  if (!photo || event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select")) return;
  const look = lookOf(photo);
  if (event.key === "+" || event.key === "=") return scaleTo(photo, look.scale * 1.25);
  if (event.key === "-") return scaleTo(photo, look.scale * 0.8);
  const step = { ArrowLeft: [60, 0], ArrowRight: [-60, 0], ArrowUp: [0, 60], ArrowDown: [0, -60] }[event.key];
  if (!step || look.scale === 1) return;
  event.preventDefault();
  Object.assign(look, { x: look.x + step[0], y: look.y + step[1] });
  draw(photo);
});
