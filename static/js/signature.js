// A name drawn with finger, pen or mouse, kept as a PNG in the hidden field beside the pad.
const INK = "#13252b";
const SHORTEST = 60; // a slip of the finger is not a signature

function startPads(part) {
  for (const box of part.querySelectorAll('[data-signature=""]')) new Pad(box);
}

class Pad {
  constructor(box) {
    this.box = box;
    box.dataset.signature = "ready";
    this.canvas = box.querySelector("canvas");
    this.value = box.querySelector("input[type=hidden]");
    this.pen = this.canvas.getContext("2d");
    Object.assign(this.pen, { strokeStyle: INK, lineWidth: 4, lineCap: "round", lineJoin: "round" });
    this.length = 0;
    this.canvas.addEventListener("pointerdown", (event) => this.down(event));
    this.canvas.addEventListener("pointermove", (event) => this.move(event));
    this.canvas.addEventListener("pointerup", () => this.up());
    this.canvas.addEventListener("pointercancel", () => this.up());
    box.querySelector("[data-signature-clear]").addEventListener("click", () => this.clear());
    if (this.value.value) this.restore();
  }

  point(event) {
    const frame = this.canvas.getBoundingClientRect();
    return {
      x: ((event.clientX - frame.left) * this.canvas.width) / frame.width,
      y: ((event.clientY - frame.top) * this.canvas.height) / frame.height,
    };
  }

  down(event) {
    if (event.button) return;
    event.preventDefault();
    this.canvas.setPointerCapture(event.pointerId);
    this.last = this.middle = this.point(event);
    this.box.classList.add("has-ink");
  }

  move(event) {
    if (!this.last) return;
    const moves = event.getCoalescedEvents?.() ?? [];
    for (const one of moves.length ? moves : [event]) this.draw(this.point(one));
  }

  draw(next) {
    const middle = { x: (this.last.x + next.x) / 2, y: (this.last.y + next.y) / 2 };
    this.pen.beginPath();
    this.pen.moveTo(this.middle.x, this.middle.y);
    this.pen.quadraticCurveTo(this.last.x, this.last.y, middle.x, middle.y);
    this.pen.stroke();
    this.length += Math.hypot(next.x - this.last.x, next.y - this.last.y);
    this.last = next;
    this.middle = middle;
  }

  up() {
    if (!this.last) return;
    this.last = null;
    if (this.length >= SHORTEST) this.value.value = this.canvas.toDataURL("image/png");
  }

  clear() {
    this.pen.clearRect(0, 0, this.canvas.width, this.canvas.height);
    this.length = 0;
    this.value.value = "";
    this.box.classList.remove("has-ink");
  }

  restore() {
    const image = new Image();
    image.onload = () => this.pen.drawImage(image, 0, 0);
    image.src = this.value.value;
    this.length = SHORTEST;
    this.box.classList.add("has-ink");
  }
}

startPads(document);
document.addEventListener("htmx:load", (event) => startPads(event.target));
