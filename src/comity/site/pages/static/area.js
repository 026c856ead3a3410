// Draws an area on the map by writing into the form's own field, which stays the truth and works without this file: positions, one on a
// line, or a centre and a radius (`45°18′ S 120°28′ W, 12 km`). Every point is also a button: it can be chosen, moved with arrow keys and
// removed. What happens is said in a status line.
(() => {
  "use strict";
  const UNIT = 1e7;
  const EARTH = 6371008.8;
  const BOUNDS = { lat: 90 * UNIT, lon: 180 * UNIT };
  const FACES = { N: ["lat", 1], S: ["lat", -1], E: ["lon", 1], W: ["lon", -1] };
  const { fill, geometry } = window.comityMap;

  // The same reading and writing as formats/positions.py: lenient about marks, strict about ranges.
  const steps = (numbers) => {
    if (numbers.length < 1 || numbers.length > 3 || numbers.some((n, i) => /^[+-]/.test(n) || (n.includes(".") && i < numbers.length - 1))) return null;
    const [d, m = 0, s = 0] = numbers.map(Number);
    return m >= 60 || s >= 60 ? null : Math.round((d + m / 60 + s / 3600) * UNIT);
  };
  const read = (line) => {
    let plain = line.toUpperCase().replace(/[−–]/g, "-").replace(/[\u200e\u200f]/g, "").replace(/[°º˚′'’ʹ″"”ʺ;\u00a0\u202f]/g, " ");
    const lettered = /[NSEW]/.test(plain);
    plain = (lettered ? plain.replace(/(\d),(?=\d)/g, "$1.") : plain).replaceAll(",", " ");
    const token = /[+-]?\d{1,3}(?:\.\d{1,12})?(?![\d.])|[NSEW](?![A-Z])/g;
    const tokens = plain.match(token) || [];
    if (!tokens.length || plain.replace(token, "").trim()) return null;
    const place = {};
    if (lettered) {
      let numbers = [];
      for (const one of tokens) {
        if (!(one in FACES)) { numbers.push(one); continue; }
        const [axis, sign] = FACES[one];
        const value = steps(numbers);
        if (axis in place || value === null) return null;
        place[axis] = sign * value;
        numbers = [];
      }
      if (numbers.length) return null;
    } else if (tokens.length === 2) [place.lat, place.lon] = tokens.map((n) => Math.round(Number(n) * UNIT));
    return "lat" in place && "lon" in place && Math.abs(place.lat) <= BOUNDS.lat && Math.abs(place.lon) <= BOUNDS.lon ? place : null;
  };
  const sexagesimal = (value, decimals) => {
    if (decimals === null) {
      const minutes = Math.round((value * 60) / UNIT);
      return `${Math.floor(minutes / 60)}°${String(minutes % 60).padStart(2, "0")}′`;
    }
    const parts = 10 ** decimals;
    const fine = Math.round((value * 3600 * parts) / UNIT);
    const [minutes, rest] = [Math.floor(fine / (60 * parts)), fine % (60 * parts)];
    const seconds = String(Math.floor(rest / parts)).padStart(2, "0") + (decimals ? `.${String(rest % parts).padStart(decimals, "0")}` : "");
    return `${Math.floor(minutes / 60)}°${String(minutes % 60).padStart(2, "0")}′${seconds}″`;
  };
  const half = (value, faces) => {
    for (const decimals of [null, 0, 1, 2, 3, 4]) {
      const text = sexagesimal(Math.abs(value), decimals);
      if (steps(text.match(/[\d.]+/g)) === Math.abs(value)) return `${text} ${value >= 0 ? faces[0] : faces[1]}`;
    }
    return "";
  };
  const written = (place) => `${half(place.lat, "NS")} ${half(place.lon, "EW")}`;

  // As in formats/rings.py, to say so while drawing; the exact test is made when the form is sent.
  const crossing = (points) => {
    const run = [];
    for (const { lon, lat } of points) {
      const before = run.length ? run[run.length - 1][0] : lon;
      const turn = (((lon - before + 180 * UNIT) % (360 * UNIT)) + 360 * UNIT) % (360 * UNIT) - 180 * UNIT;
      run.push([before + turn, lat]);
    }
    const side = (a, b, c) => Math.sign((b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]));
    const on = (a, b, c) => Math.min(a[0], b[0]) <= c[0] && c[0] <= Math.max(a[0], b[0]) && Math.min(a[1], b[1]) <= c[1] && c[1] <= Math.max(a[1], b[1]);
    const meet = ([a, b], [c, d]) => {
      const [p, q, r, s] = [side(a, b, c), side(a, b, d), side(c, d, a), side(c, d, b)];
      return (p !== q && r !== s) || (!p && on(a, b, c)) || (!q && on(a, b, d)) || (!r && on(c, d, a)) || (!s && on(c, d, b));
    };
    const edges = run.map((place, i) => [place, run[(i + 1) % run.length]]);
    for (let i = 0; i < edges.length; i++) for (let j = i + 2; j < edges.length; j++) {
      if (!(i === 0 && j === edges.length - 1) && meet(edges[i], edges[j])) return [i + 1, j + 1];
    }
    return null;
  };

  // As in formats/cells.py.
  const CIRCLE = /^([\s\S]*[NSEW\d])\s*[,;\n]\s*(?:r\s*=?\s*)?(\d[\d \u00a0\u202f]*)\s*(m|km|м|км|م|كم)$/i;
  const shown = (metres) => (metres % 1000 ? `${metres} m` : `${metres / 1000} km`);
  const meant = (text) => {
    const circle = text.trim().match(CIRCLE);
    if (circle) return { kind: "circle", places: [read(circle[1])], metres: Number(circle[2].replace(/\D/g, "")) * (/^(km|км|كم)$/i.test(circle[3]) ? 1000 : 1) };
    return { kind: "polygon", places: text.split(/[;\n؛]/).filter((part) => part.trim()).map(read), metres: 0 };
  };

  class Area {
    constructor(box, field) {
      this.words = box.dataset;
      this.field = field;
      this.kind = box.querySelector("[data-area-kind]");
      this.said = box.querySelector("[data-area-said]");
      this.handles = box.querySelector("[data-area-handles]");
      this.chart = box.querySelector("[data-map]").chart;
      this.outline = document.createElementNS("http://www.w3.org/2000/svg", "path");
      this.outline.setAttribute("class", "area us");
      this.chart.svg.querySelectorAll(".mark").forEach((mark) => mark.remove());
      this.chart.svg.insertBefore(this.outline, this.chart.svg.querySelector("[data-layer=degrees]"));
      this.chosen = -1;
      this.past = [];
      this.kind.value = this.now.kind;
      this.listen(box);
      this.draw();
    }

    get now() { return meant(this.field.value); }
    get places() { return this.now.places; }
    get circle() { return this.kind.value === "circle"; }
    // A circle that has no radius yet is as wide as an eighth of the sheet.
    get metres() {
      if (this.now.metres) return this.now.metres;
      const wide = (this.chart.metresPerPixel * this.chart.width) / 16;
      return wide > 1000 ? Math.round(wide / 1000) * 1000 : Math.max(100, Math.round(wide / 100) * 100);
    }

    // A position taken from the map is as fine as the eye can place it: whole minutes, or whole seconds where the map is large.
    place(spot) {
      const found = this.chart.projection.invert(spot);
      if (!found || !Number.isFinite(found[0])) return null;
      const grain = this.chart.metresPerPixel > 300 ? 60 : 3600;
      const [lon, lat] = found.map((degree) => Math.round((Math.round(degree * grain) / grain) * UNIT));
      return { lat: Math.max(-BOUNDS.lat, Math.min(BOUNDS.lat, lat)), lon: Math.max(-BOUNDS.lon, Math.min(BOUNDS.lon, lon)) };
    }

    put(places, metres) {
      this.field.value = this.circle && places.length ? `${written(places[0])}, ${shown(metres)}` : places.map(written).join("\n");
      this.draw();
      // Whoever listens to the form (drafts, counting) hears it as if it were typed.
      this.field.dispatchEvent(new Event("change", { bubbles: true }));
    }
    write(places, words, values, metres = this.metres) {
      this.past.push([this.field.value, this.kind.value]);
      this.put(places, metres);
      this.tell(fill(words, values));
    }
    tell(words) { this.said.textContent = [words, this.state()].filter(Boolean).join(" "); }

    add(spot) {
      const place = this.place(spot);
      const places = this.places;
      if (!place || places.includes(null)) { this.tell(""); return; }
      if (this.circle) this.chosen = 0;
      else this.chosen = this.chosen < 0 ? places.length : this.chosen + 1;
      this.write(this.circle ? [place] : places.toSpliced(this.chosen, 0, place), this.words.added, { n: this.chosen + 1, place: written(place) });
    }
    shift(index, place, quiet) {
      const places = this.places;
      if (!place || places.includes(null)) return;
      places[index] = place;
      this.chosen = index;
      if (quiet) { this.put(places, this.metres); return; }
      this.write(places, this.words.moved, { n: index + 1, place: written(place) });
    }
    remove(index) {
      const places = this.places;
      if (index < 0 || index >= places.length || places.includes(null)) return;
      this.chosen = Math.min(index, places.length - 2);
      this.write(places.toSpliced(index, 1), this.words.removed, { n: index + 1 });
      this.handles.querySelector("[aria-pressed=true]")?.focus();
    }
    undo() {
      const before = this.past.pop();
      if (!before) return;
      [this.field.value, this.kind.value] = before;
      this.chosen = -1;
      this.draw();
      this.tell(this.words.undone);
    }

    // What stands in the way, or how far the area has come.
    state() {
      const places = this.places;
      const unread = places.indexOf(null);
      if (unread >= 0) return fill(this.words.unread, { n: unread + 1 });
      if (!places.length) return "";
      if (this.circle) return fill(this.words.circle, { place: written(places[0]), n: shown(this.metres) });
      const crossed = places.length > 3 ? crossing(places) : null;
      if (crossed) return fill(this.words.crosses, { a: crossed[0], b: crossed[1] });
      return fill(places.length < 3 ? this.words.few : this.words.whole, { n: places.length });
    }

    shape(places) {
      if (this.circle) return { shape: "circle", centre: places[0], radius: this.metres };
      return { shape: places.length < 3 ? "line" : "polygon", points: places };
    }

    draw() {
      const places = this.places;
      const whole = places.length > 0 && !places.includes(null);
      const shape = whole ? this.shape(places) : null;
      this.outline.setAttribute("d", shape ? d3.geoPath(this.chart.projection).digits(1)(geometry(shape)) || "" : "");
      const bad = whole && !this.circle && places.length > 3 && crossing(places) !== null;
      this.outline.classList.toggle("bad", bad);
      this.buttons(whole ? places : []);
    }

    buttons(places) {
      const held = document.activeElement?.closest?.("[data-area-handles] button")?.dataset.index;
      const cross = this.handles.querySelector(".cross") || Object.assign(document.createElement("span"), { className: "cross" });
      const made = places.map((place, index) => this.button(this.chart.projection([place.lon / UNIT, place.lat / UNIT]), index, {
        label: fill(this.words.point, { n: index + 1, place: written(place) }), text: String(index + 1),
      }));
      if (this.circle && places.length) made.push(this.rim(places[0]));
      const old = [...this.handles.querySelectorAll("button")];
      // A button that is being dragged or has the focus stays the same element.
      const kept = made.map((button) => {
        const same = old.find((one) => one.dataset.index === button.dataset.index);
        if (!same) return button;
        for (const name of ["aria-label", "aria-pressed", "class"]) same.setAttribute(name, button.getAttribute(name));
        Object.assign(same.style, { left: button.style.left, top: button.style.top });
        same.hidden = button.hidden;
        return same;
      });
      old.filter((one) => !kept.includes(one)).forEach((one) => one.remove());
      for (const button of [cross, ...kept]) if (!button.isConnected) this.handles.append(button);
      if (held !== undefined) this.handles.querySelector(`[data-index="${held}"]`)?.focus();
    }

    button(spot, index, { label, text, rim = false }) {
      const made = document.createElement("button");
      made.type = "button";
      made.textContent = text;
      made.className = rim ? "rim" : "";
      made.dataset.index = rim ? "rim" : index;
      made.setAttribute("aria-label", label);
      made.setAttribute("aria-pressed", String(!rim && index === this.chosen));
      made.style.left = `${(spot[0] / this.chart.width) * 100}%`;
      made.style.top = `${(spot[1] / this.chart.height) * 100}%`;
      made.hidden = !(spot[0] >= 0 && spot[0] <= this.chart.width && spot[1] >= 0 && spot[1] <= this.chart.height);
      return made;
    }
    // The handle of the radius lies east of the centre.
    rim(centre) {
      const [lon, lat] = [centre.lon / UNIT, centre.lat / UNIT];
      const reach = this.metres / EARTH;
      const phi = (lat * Math.PI) / 180;
      const edge = Math.asin(Math.sin(phi) * Math.cos(reach));
      const turn = Math.atan2(Math.sin(reach) * Math.cos(phi), Math.cos(reach) - Math.sin(phi) * Math.sin(edge));
      const spot = this.chart.projection([lon + (turn * 180) / Math.PI, (edge * 180) / Math.PI]);
      return this.button(spot, 0, { label: fill(this.words.edge, { n: shown(this.metres) }), text: "↔", rim: true });
    }
    widen(spot, quiet) {
      const [centre] = this.places;
      const found = this.chart.projection.invert(spot);
      if (!centre || !found) return;
      const metres = EARTH * d3.geoDistance([centre.lon / UNIT, centre.lat / UNIT], found);
      const grain = this.chart.metresPerPixel > 300 ? 1000 : 100;
      this.resize(Math.round(metres / grain) * grain, quiet);
    }
    resize(metres, quiet) {
      const bounded = Math.min(5000000, Math.max(100, metres));
      if (quiet) this.put(this.places, bounded);
      else this.write(this.places, this.words.edge, { n: shown(bounded) }, bounded);
    }

    // The other kind keeps what it can: a circle the first corner, corners the centre.
    turn() {
      this.past.push([this.field.value, this.circle ? "polygon" : "circle"]);
      this.chosen = -1;
      if (!this.places.includes(null)) this.put(this.places.slice(0, this.circle ? 1 : undefined), this.metres);
      this.tell("");
    }

    listen(box) {
      this.chart.redrawn.push(() => this.draw());
      this.chart.view.addEventListener("comity:spot", (event) => this.add(event.detail));
      this.kind.addEventListener("change", () => this.turn());
      this.field.addEventListener("input", () => {
        this.chosen = -1;
        if (this.field.value.trim()) this.kind.value = this.now.kind;
        this.draw();
        this.tell("");
      });
      box.querySelector("[data-area-tools]").addEventListener("click", (event) => {
        const what = event.target.closest("[data-area-do]")?.dataset.areaDo;
        if (what === "add") this.add([this.chart.width / 2, this.chart.height / 2]);
        if (what === "remove") this.remove(this.chosen < 0 ? this.places.length - 1 : this.chosen);
        if (what === "undo") this.undo();
      });
      this.handles.addEventListener("click", (event) => {
        const index = event.target.closest("button")?.dataset.index;
        if (index !== undefined && index !== "rim") { this.chosen = Number(index); this.draw(); }
      });
      this.handles.addEventListener("keydown", (event) => this.key(event));
      this.drag();
    }

    key(event) {
      const button = event.target.closest("button");
      const ways = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
      const way = ways[event.key];
      if (!button || (!way && event.key !== "Delete" && event.key !== "Backspace")) return;
      event.preventDefault();
      const index = button.dataset.index;
      if (index === "rim") {
        if (way) this.resize(this.metres + (way[0] - way[1]) * (event.shiftKey ? 10 : 1) * (this.chart.metresPerPixel > 300 ? 1000 : 100));
        return;
      }
      if (!way) { this.remove(Number(index)); return; }
      // A step is one grain of the position, so that every press moves the point.
      const grain = (UNIT / (this.chart.metresPerPixel > 300 ? 60 : 3600)) * (event.shiftKey ? 10 : 1);
      const place = this.places[Number(index)];
      const moved = { lat: Math.round(place.lat - way[1] * grain), lon: Math.round(place.lon + way[0] * grain) };
      if (Math.abs(moved.lat) > BOUNDS.lat) return;
      if (Math.abs(moved.lon) > BOUNDS.lon) moved.lon -= Math.sign(moved.lon) * 2 * BOUNDS.lon;
      this.shift(Number(index), moved);
    }

    drag() {
      let index = null;
      let moved = false;
      this.handles.addEventListener("pointerdown", (event) => {
        const button = event.target.closest("button");
        if (!button || event.button !== 0) return;
        index = button.dataset.index;
        moved = false;
        button.setPointerCapture(event.pointerId);
      });
      this.handles.addEventListener("pointermove", (event) => {
        if (index === null) return;
        if (!moved) this.past.push([this.field.value, this.kind.value]);
        moved = true;
        if (index === "rim") this.widen(this.chart.at(event), true);
        else this.shift(Number(index), this.place(this.chart.at(event)), true);
      });
      const end = () => {
        if (index !== null && moved) {
          const place = this.places[Number(index)];
          this.tell(index === "rim" ? fill(this.words.edge, { n: shown(this.metres) }) : fill(this.words.moved, { n: Number(index) + 1, place: written(place) }));
        }
        index = null;
      };
      this.handles.addEventListener("pointerup", end);
      this.handles.addEventListener("pointercancel", end);
    }
  }

  const offer = (field, template) => {
    const box = template.content.querySelector("details").cloneNode(true);
    const body = box.querySelector("[data-area-body]");
    body.remove();
    box.addEventListener("toggle", () => {
      if (box.area || !box.open) return;
      for (const one of body.querySelectorAll("[id]")) one.id += `-${field.id}`;
      const svg = body.querySelector("svg");
      svg.setAttribute("aria-labelledby", svg.getAttribute("aria-labelledby").split(" ").map((id) => `${id}-${field.id}`).join(" "));
      box.append(body);
      document.dispatchEvent(new CustomEvent("comity:fresh"));
      box.area = new Area(box, field);
    });
    field.after(box);
  };
  const open = () => {
    const template = document.querySelector("template[data-area-template]");
    if (!template) return;
    for (const field of document.querySelectorAll("textarea[data-area-field]")) {
      if (!field.nextElementSibling?.matches(".areadraw")) offer(field, template);
    }
  };
  document.addEventListener("comity:fresh", open);
  open();
})();
