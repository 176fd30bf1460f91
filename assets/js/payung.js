// What only a webview can do for Payung: read a picked photo, run the camera, group digits while they are typed.
// Loaded once in the page's head. Rust calls these through short evals and hears of them through `dioxus.send`.
(() => {
  const CHUNK = 256 * 1024; // base64 letters; larger messages stall the bridge
  const LONG_SIDE = 2000;   // more than a stored photo has, so that codes stay readable
  const FRAME_WIDTH = 960;  // of the outline and a little around it: a digit of the NIK then has some 20 pixels
  const FRAME_PAUSE = 200;  // ms from frame to frame; Rust asks for the next one when it has looked at the last

  const wait = ms => new Promise(ok => setTimeout(ok, ms));

  async function element(id) {
    for (let i = 0; i < 150; i++) {
      const found = document.getElementById(id);
      if (found) return found;
      await wait(20);
    }
    throw new Error("no element " + id);
  }

  const base64 = blob => new Promise((ok, no) => {
    const reader = new FileReader();
    reader.onload = () => ok(reader.result.slice(reader.result.indexOf(",") + 1));
    reader.onerror = () => no(reader.error);
    reader.readAsDataURL(blob);
  });

  async function sendBlob(dioxus, blob) {
    const text = await base64(blob);
    for (let at = 0; at < text.length; at += CHUNK) dioxus.send({ part: text.slice(at, at + CHUNK) });
    dioxus.send({ end: text.length });
  }

  const jpeg = (canvas, quality) => new Promise(ok => canvas.toBlob(ok, "image/jpeg", quality));

  function draw(source, { x, y, width, height }, longSide, filter) {
    const scale = Math.min(1, longSide / Math.max(width, height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(width * scale);
    canvas.height = Math.round(height * scale);
    const context = canvas.getContext("2d", { willReadFrequently: true });
    if (filter) context.filter = filter;
    context.drawImage(source, x, y, width, height, 0, 0, canvas.width, canvas.height);
    return canvas;
  }
  const whole = (width, height) => ({ x: 0, y: 0, width, height });

  // A file from an ordinary file input. JPEG and PNG go to Rust as they are, with all the detail that a code needs;
  // what only the webview can decode (HEIC, WebP) goes as a JPEG, and what it can't decode goes as it is, because Rust
  // says precisely what is wrong with it. One listener on the document, so that it does not matter when
  // the input comes and goes; what was chosen before Rust asked lies in the input until it does.
  let picked = null, taken = Promise.resolve();
  async function send(dioxus, file) {
    dioxus.send({ start: true });
    try {
      let blob = file.slice(0, 48 << 20);
      if (!/^image\/(jpeg|png)$/.test(file.type)) try {
        const bitmap = await createImageBitmap(file, { imageOrientation: "from-image" });
        blob = await jpeg(draw(bitmap, whole(bitmap.width, bitmap.height), LONG_SIDE), 0.92);
        bitmap.close();
      } catch (undecodable) { /* Rust says why */ }
      await sendBlob(dioxus, blob);
    } catch (error) { dioxus.send({ error: error.name || "Error" }); }
  }
  function take(input) {
    const to = picked, file = input && input.files && input.files[0];
    if (!file || !to || input.id !== to.id) return;
    input.value = ""; // so that it is taken once, and may be chosen again
    taken = taken.then(() => send(to.dioxus, file)).catch(() => {}); // one after the other: their parts must not mix
  }
  document.addEventListener("change", event => take(event.target), true);
  // Never resolves: a finished script would close the channel.
  async function pick(dioxus, id) {
    picked = { dioxus, id };
    take(document.getElementById(id));
    await new Promise(() => {});
  }

  // What of the video lies under the outline, and a tenth around it; the video covers its box and is cut at two sides.
  function outlined(video) {
    const outline = video.parentElement.querySelector(".outline").getBoundingClientRect();
    const box = video.getBoundingClientRect(), { videoWidth: width, videoHeight: height } = video;
    const scale = Math.max(box.width / width, box.height / height), margin = outline.width * 0.1;
    const x = Math.max(0, (outline.left - margin - box.left - (box.width - width * scale) / 2) / scale);
    const y = Math.max(0, (outline.top - margin - box.top - (box.height - height * scale) / 2) / scale);
    return { x, y, width: Math.min(width - x, (outline.width + 2 * margin) / scale),
      height: Math.min(height - y, (outline.height + 2 * margin) / scale) };
  }

  // A tap asks the camera to focus there, where it can be asked.
  function focusOnTap(view, track, can) {
    const modes = can.focusMode || [];
    if (!modes.includes("single-shot") && !modes.includes("continuous")) return;
    view.onclick = event => { // one handler, however often the camera is started again
      const box = view.getBoundingClientRect(), ring = view.querySelector(".focus-ring");
      ring.style.left = event.clientX - box.left + "px";
      ring.style.top = event.clientY - box.top + "px";
      ring.classList.remove("shown");
      void ring.offsetWidth; // starts the animation anew
      ring.classList.add("shown");
      track.applyConstraints({ advanced: [{
        focusMode: modes.includes("single-shot") ? "single-shot" : "continuous",
        pointsOfInterest: [{ x: (event.clientX - box.left) / box.width, y: (event.clientY - box.top) / box.height }],
      }] }).catch(() => {});
    };
  }

  // The live camera. Grey frames of what lies under the outline go to Rust, the next one when `seen` was called;
  // `shoot` sends a photo in colour. Ends when the video leaves the page, and always lets the camera go.
  let shootNow = null, isSeen = true, torchOf = null;
  async function camera(dioxus, id) {
    const video = await element(id);
    let stream;
    try {
      stream = await navigator.mediaDevices.getUserMedia({
        audio: false,
        video: { facingMode: "environment", width: { ideal: 1920 }, height: { ideal: 1080 } },
      });
    } catch (error) { dioxus.send({ error: error.name }); return; }
    shootNow = null; // a tap from before the picture was there does not count
    isSeen = true;
    try {
      video.srcObject = stream;
      await video.play();
      const [track] = stream.getVideoTracks();
      const can = track.getCapabilities ? track.getCapabilities() : {};
      torchOf = on => track.applyConstraints({ advanced: [{ torch: on }] }).catch(() => {});
      focusOnTap(video.parentElement, track, can);
      dioxus.send({ ready: true, torch: Boolean(can.torch) });
      let last = 0;
      while (video.isConnected && stream.active) {
        if (shootNow && video.videoWidth) {
          shootNow = null;
          dioxus.send({ start: true });
          await sendBlob(dioxus, await jpeg(draw(video, whole(video.videoWidth, video.videoHeight), LONG_SIDE), 0.92));
        }
        // an answer that got lost must not stop the camera for good
        const pause = isSeen ? FRAME_PAUSE : 3000;
        if (video.videoWidth && Date.now() - last > pause) {
          last = Date.now();
          isSeen = false;
          const frame = await jpeg(draw(video, outlined(video), FRAME_WIDTH, "grayscale(1)"), 0.85);
          dioxus.send({ frame: await base64(frame) });
        }
        await wait(40);
      }
      // a call or another app has taken the camera away
      if (video.isConnected) dioxus.send({ error: "AbortError" });
    } catch (error) { dioxus.send({ error: error.name }); }
    finally { stream.getTracks().forEach(track => track.stop()); video.srcObject = null; torchOf = null; }
  }

  // Says to hand and ear that something was read.
  let audio = null;
  function buzz() {
    if (navigator.vibrate) navigator.vibrate(60);
    try {
      audio = audio || new AudioContext();
      const tone = audio.createOscillator(), volume = audio.createGain(), now = audio.currentTime;
      tone.frequency.value = 1320;
      volume.gain.setValueAtTime(0.08, now);
      volume.gain.exponentialRampToValueAtTime(0.001, now + 0.12);
      tone.connect(volume).connect(audio.destination);
      tone.start(now);
      tone.stop(now + 0.12);
    } catch (silent) { /* no sound here */ }
  }

  // Offers a file to the system: Android's own sheet (MainActivity.kt), the browser's, or a download.
  let shared = "";
  async function share(name) {
    const letters = shared;
    shared = "";
    if (window.payungSystem) return window.payungSystem.share(name, letters);
    const type = { png: "image/png", pdf: "application/pdf" }[name.split(".").pop()] || "application/octet-stream";
    const file = new File([Uint8Array.from(atob(letters), letter => letter.charCodeAt(0))], name, { type });
    if (navigator.canShare && navigator.canShare({ files: [file] })) return navigator.share({ files: [file] }).catch(() => {});
    const link = document.createElement("a");
    link.href = URL.createObjectURL(file);
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60000);
  }

  // A page that Rust has laid out (src/print), drawn at three times its size and offered as a picture.
  async function picture(name, page) {
    const scale = 3, canvas = document.createElement("canvas");
    canvas.width = Math.round(page.width * scale);
    canvas.height = Math.round(page.height * scale);
    const context = canvas.getContext("2d");
    const filled = (colour, ...box) => { context.fillStyle = colour; context.fillRect(...box); };
    filled("#fff", 0, 0, canvas.width, canvas.height);
    for (const item of page.items) {
      if (item.what === "block") filled("#000", ...[item.x, item.y, item.width, item.height].map(side => Math.round(side * scale)));
      else if (item.what === "code") {
        // whole pixels, so that all modules are alike
        const module = Math.floor(item.side * scale / item.drawing.modules);
        const rest = Math.floor((item.side * scale - module * item.drawing.modules) / 2);
        const left = Math.round(item.x * scale) + rest, top = Math.round(item.y * scale) + rest;
        for (const [x, y, length] of item.drawing.runs) filled("#000", left + x * module, top + y * module, length * module, module);
      } else {
        context.font = `${item.is_bold ? "bold " : ""}${item.size * scale}px Helvetica, Arial, "Liberation Sans", Roboto, sans-serif`;
        context.fillStyle = item.is_white ? "#fff" : "#000";
        // other fonts are a little wider than the one that was measured with
        context.fillText(item.text, item.x * scale, item.baseline * scale, item.width * scale);
      }
    }
    shared = canvas.toDataURL("image/png").split(",")[1];
    return share(name);
  }

  // Where the phone stands, once; asks the person first, as the system does.
  async function position(dioxus) {
    try {
      const found = await new Promise((ok, no) =>
        navigator.geolocation.getCurrentPosition(ok, no, { enableHighAccuracy: true, timeout: 30000, maximumAge: 60000 }));
      const { latitude, longitude, accuracy } = found.coords;
      dioxus.send({ position: [latitude, longitude, accuracy] });
    } catch (error) { dioxus.send({ error: "no position" }); }
  }

  // Tells what the phone is connected by, when the signal or a Wi-Fi returns and when the app is looked at again: then it may
  // be worth a try. Never resolves.
  async function awaken(dioxus) {
    const connection = navigator.connection;
    const tell = why => dioxus.send({ why, link: connection && connection.type || "" });
    tell("");
    addEventListener("online", () => tell("online"));
    if (connection && connection.addEventListener)
      connection.addEventListener("change", () => tell(connection.type === "wifi" ? "online" : ""));
    document.addEventListener("visibilitychange", () => { if (!document.hidden) tell("resumed"); });
    await new Promise(() => {});
  }

  // Groups digits while they are typed, before Dioxus hears of the key: "3522 2805 0485 9999", "05-04-1985".
  const masks = {
    nik: digits => digits.slice(0, 16).replace(/(.{4})(?=.)/g, "$1 "),
    // "5-4-1985" and "5/4/1985" are written too: a lone digit before a separator stands for itself
    date: digits => [digits.slice(0, 2), digits.slice(2, 4), digits.slice(4, 8)].filter(Boolean).join("-"),
  };
  document.addEventListener("input", event => {
    const input = event.target, mask = masks[input.dataset && input.dataset.mask];
    // letters stay, so that a slip like O for 0 is seen and explained
    if (!mask || /[^0-9 \-./]/.test(input.value)) return;
    if (input.dataset.mask === "date") input.value = input.value.replace(/(^|\D)(\d)(?=[-\/. ])/g, "$10$2");
    const digitsBefore = input.value.slice(0, input.selectionStart).replace(/\D/g, "").length;
    const text = mask(input.value.replace(/\D/g, ""));
    if (text === input.value) return;
    input.value = text;
    let at = 0;
    for (let seen = 0; at < text.length && seen < digitsBefore; at++) if (/\d/.test(text[at])) seen++;
    input.setSelectionRange(at, at);
  }, true);

  // Android's back key: the screen's own back button decides. True when there was one.
  window.__back = () => {
    const all = document.querySelectorAll("[data-back]"), back = all[all.length - 1]; // the topmost comes last
    if (back) back.click();
    return Boolean(back);
  };

  // Android's webview opens no dialler by itself (MainActivity.kt does); elsewhere the link is followed as it is.
  document.addEventListener("click", event => {
    const link = event.target.closest && event.target.closest('a[href^="tel:"]');
    if (!link || !window.payungSystem || !window.payungSystem.dial) return;
    event.preventDefault();
    event.stopPropagation();
    window.payungSystem.dial(link.getAttribute("href").slice(4));
  }, true);

  // Language, look, and which papers of a list somebody has ticked off, for the screens before the PIN: the store is still closed
  // then. Nothing else is kept here.
  const keep = (name, value) => { try { localStorage.setItem(name, value); } catch (refused) { /* private mode */ } };
  const kept = name => { try { return localStorage.getItem(name) || ""; } catch (refused) { return ""; } };
  const ticks = new Set(kept("ticked").split(",").filter(Boolean));

  // A form is handled by Rust; the browser's own submit would load the page anew.
  document.addEventListener("submit", event => event.preventDefault(), true);

  window.payung = {
    pick, camera, position, buzz, awaken, share, picture,
    sharePart: letters => { shared += letters; },
    shoot: () => { shootNow = true; },
    seen: () => { isSeen = true; },
    torch: on => { if (torchOf) torchOf(on); },
    theme: name => { document.documentElement.dataset.theme = name; keep("theme", name); },
    language: tag => { document.documentElement.lang = tag; keep("language", tag); },
    ticks: () => [...ticks],
    turn: name => { if (!ticks.delete(name)) ticks.add(name); keep("ticked", [...ticks].join()); return [...ticks]; },
    kept,
  };
  document.documentElement.dataset.theme = kept("theme");
})();
