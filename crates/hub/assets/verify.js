// One record after the other without a wait: the next one's photo is fetched while this one is looked at, a decision's answer
// takes the page's place, and the record stays before this person as long as the page is open.
const RENEW_EVERY = 60_000;
const ready = new Map(); // photo hash → picture
let isBusy = false, isLeaving = false;

function prepare() {
  ready.clear();
  for (const { dataset } of document.querySelectorAll("[data-ahead]")) {
    const picture = new Image();
    picture.src = dataset.ahead;
    ready.set(dataset.photo, picture);
  }
  document.querySelector("[autofocus]")?.focus();
}
prepare();

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.matches("[data-swap]")) return (isLeaving = Boolean(form.closest("main")));
  event.preventDefault();
  if (isBusy) return;
  isBusy = true;
  try {
    const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)) });
    await show(answer);
  } catch {
    say("Tidak ada jawaban dari server. Keputusan ini mungkin belum tersimpan: periksa sambungan, lalu muat ulang halamannya.");
  } finally {
    isBusy = false;
  }
});

async function show(answer) {
  const next = new DOMParser().parseFromString(await answer.text(), "text/html");
  // refused: what was typed stays, and the reason stands above it
  if (!answer.ok) return say(next.querySelector("main p")?.textContent, next.querySelector("main a"));
  if (!next.querySelector("main[data-live]")) return location.assign(answer.url);
  for (const image of next.querySelectorAll("img[data-photo]")) {
    const picture = ready.get(image.dataset.photo);
    if (!picture || (picture.complete && !picture.naturalWidth)) continue;
    picture.alt = image.alt;
    picture.draggable = false;
    picture.dataset.photo = image.dataset.photo;
    image.replaceWith(picture);
    ready.delete(image.dataset.photo);
  }
  document.title = next.title;
  document.body.replaceChildren(...next.body.childNodes);
  history.pushState(null, "", answer.url);
  scrollTo(0, 0);
  prepare();
}

function say(text, link) {
  document.querySelector(".refusal")?.remove();
  const note = Object.assign(document.createElement("p"), { className: "note warn refusal", textContent: `${text} ` });
  note.setAttribute("role", "alert");
  if (link) note.append(link);
  document.querySelector("main").prepend(note);
  scrollTo(0, 0);
}

addEventListener("popstate", () => location.reload());

const desk = () => document.getElementById("meja");
const body = (form) => new URLSearchParams(new FormData(form));

setInterval(async () => {
  const form = desk();
  if (!form || isBusy) return;
  const answer = await fetch(form.action, { method: "POST", body: body(form) }).catch(() => null);
  if (answer?.status === 409 && form === desk()) location.reload();
}, RENEW_EVERY);

addEventListener("pagehide", () => {
  const form = desk();
  if (form && !isLeaving) navigator.sendBeacon(form.dataset.leave, body(form));
});

setInterval(() => {
  for (const count of document.querySelectorAll("[data-countdown]")) {
    const left = Number(count.textContent) - 1;
    if (left > 0) count.textContent = left;
    else count.closest(".held, tr")?.classList.add("past");
  }
}, 1000);
