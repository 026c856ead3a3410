// Moves and enlarges the map, slides through its days, hides its layers. The drawing is made on the server and is complete without this
// file; here the same projections (d3-geo) draw it again in the same elements. Land is fetched only when the map is first moved.
(() => {
  "use strict";
  const EARTH = 6371008.8;
  const STEPS = [1 / 60, 1 / 30, 1 / 12, 1 / 6, 0.5, 1, 2, 5, 10, 15, 30];
  // Metres a pixel: where the sheet is coarser, names of towns would cover each other.
  const NAMED = 5000;
  const SVG = "http://www.w3.org/2000/svg";
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  const fill = (pattern, values) => pattern.replace(/\{(\w+)\}/g, (_, name) => values[name]);
  const element = (name, attributes, text) => {
    const made = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    if (text !== undefined) made.textContent = text;
    return made;
  };

  // d3 takes the inside of a ring from its direction on the sphere, the other way round than RFC 7946: a ring that would cover more than
  // half the Earth is turned.
  const turned = (ring) => (d3.geoArea({ type: "Polygon", coordinates: [ring] }) > 2 * Math.PI ? ring.slice().reverse() : ring);
  const degrees = (place) => [place.lon / 1e7, place.lat / 1e7];
  const simple = (shape) => {
    if (shape.shape === "circle") return d3.geoCircle().center(degrees(shape.centre)).radius((shape.radius / EARTH) * (180 / Math.PI))();
    if (shape.shape === "line") return { type: "LineString", coordinates: shape.points.map(degrees) };
    if (shape.shape === "polygon") {
      const ring = shape.points.map(degrees);
      return { type: "Polygon", coordinates: [turned([...ring, ring[0]])] };
    }
    return { type: "Point", coordinates: degrees(shape.centre || shape) };
  };
  const parts = (shape) => (shape.shape === "several" ? shape.parts.flatMap(parts) : [shape]);
  const geometry = (shape) => ({ type: "GeometryCollection", geometries: parts(shape).map(simple) });
  const rewound = (held) => {
    const polygons = held.type === "MultiPolygon" ? held.coordinates : [held.coordinates];
    return { type: "MultiPolygon", coordinates: polygons.map((rings) => rings.map(turned)) };
  };

  const named = (value, faces) => {
    const minutes = Math.round(Math.abs(value) * 60);
    const text = `${Math.floor(minutes / 60)}°${minutes % 60 ? `${String(minutes % 60).padStart(2, "0")}′` : ""}`;
    return minutes === 0 || minutes === 180 * 60 ? text : `${text}\u00a0${value > 0 ? faces[0] : faces[1]}`;
  };

  class Chart {
    constructor(figure) {
      this.figure = figure;
      this.svg = figure.querySelector("svg");
      this.view = figure.querySelector("[data-map-view]");
      this.said = figure.querySelector("[data-map-said]");
      [this.width, this.height] = this.svg.getAttribute("viewBox").split(" ").slice(2).map(Number);
      this.redrawn = [];
      this.loading = null;
      this.land = null;
      this.features = new Map();
      this.given = { type: "GeometryCollection", geometries: [] };
      this.reset();
      this.listen();
    }

    reset() {
      const data = this.figure.dataset;
      this.round = data.kind === "azimuthal";
      this.projection = (this.round ? d3.geoAzimuthalEqualArea() : d3.geoEqualEarth())
        .rotate([-data.lon, -data.lat]).scale(Number(data.scale)).translate([Number(data.x), Number(data.y)]).precision(0.3)
        .clipExtent([[-40, -40], [this.width + 40, this.height + 40]]);
    }

    get middle() { return this.projection.invert([this.width / 2, this.height / 2]) || [0, 0]; }
    get metresPerPixel() {
      const [a, b] = [[-0.5, 0], [0.5, 0]].map(([x]) => this.projection.invert([this.width / 2 + x, this.height / 2]));
      return a && b ? EARTH * d3.geoDistance(a, b) : EARTH / this.projection.scale();
    }
    // Pixels of the screen to those of the drawing.
    at(event) {
      const box = this.svg.getBoundingClientRect();
      return [((event.clientX - box.left) * this.width) / box.width, ((event.clientY - box.top) * this.height) / box.height];
    }

    async load() {
      const json = async (url) => {
        const answer = await fetch(url, { credentials: "same-origin" });
        if (!answer.ok) throw new Error(String(answer.status));
        return answer.json();
      };
      const [collection, topology] = await Promise.all([json(this.figure.dataset.source), json(this.figure.dataset.land)]);
      const outlines = topojson.feature(topology, topology.objects.land);
      this.land = outlines.features ? outlines : { type: "FeatureCollection", features: [outlines] };
      for (const feature of collection.features) {
        if (feature.properties.kind === "land") this.given.geometries.push(rewound(feature.geometry));
        else if (feature.properties.shape) this.features.set(String(feature.id), geometry(feature.properties.shape));
        else this.features.set(`place:${feature.properties.name}`, feature.geometry);
      }
    }

    // Everything that moves the map waits for its data once; what cannot be fetched is said, and the drawing stays as it is.
    async move(change) {
      try {
        this.loading ??= this.load();
        await this.loading;
      } catch {
        this.loading = null;
        this.said.textContent = this.figure.dataset.fail;
        return;
      }
      change();
      this.draw();
      clearTimeout(this.saying);
      this.saying = setTimeout(() => this.say(), 500);
    }

    say() {
      const [lon, lat] = this.middle;
      const km = Math.round((this.metresPerPixel * this.width) / 1000).toLocaleString("en").replaceAll(",", "\u202f");
      this.said.textContent = fill(this.figure.dataset.say, { place: `${named(lat, "NS")} ${named(lon, "EW")}`, km });
    }

    zoom(factor, spot = [this.width / 2, this.height / 2]) {
      return this.move(() => {
        const least = this.height / (this.round ? 4.4 : 2.8);
        const scale = Math.min(Math.max(this.projection.scale() * factor, least), (this.width * EARTH) / 2000);
        const held = this.projection.invert(spot);
        this.projection.scale(scale);
        if (held) this.carry(this.projection(held), spot);
      });
    }
    pan(dx, dy) { return this.move(() => this.carry([this.width / 2 + dx, this.height / 2 + dy], [this.width / 2, this.height / 2])); }

    // What lies at one spot of the sheet comes to another. The round sheet is turned, so that its middle stays true; the wide one is shifted.
    carry(from, to) {
      const [x, y] = this.projection.translate();
      this.projection.translate([x + to[0] - from[0], y + to[1] - from[1]]);
      if (!this.round) return;
      const middle = this.projection.invert([this.width / 2, this.height / 2]);
      if (!middle || !Number.isFinite(middle[0])) return;
      this.projection.rotate([-middle[0], -Math.max(-90, Math.min(90, middle[1]))]).translate([this.width / 2, this.height / 2]);
    }

    draw() {
      const path = d3.geoPath(this.projection).digits(1);
      const outline = (path(this.land) || "") + (path(this.given) || "");
      for (const name of ["land", "coast"]) this.svg.querySelector(`.${name}`).setAttribute("d", outline);
      this.drawNet(path);
      for (const zone of this.svg.querySelectorAll(".zone")) zone.setAttribute("d", path(this.features.get(zone.dataset.key)) || "");
      const taken = [];
      for (const mark of this.svg.querySelectorAll(".mark")) this.drawMark(mark, path, taken);
      for (const place of this.svg.querySelectorAll("[data-place]")) this.drawPlace(place);
      for (const tell of this.redrawn) tell();
    }

    drawMark(mark, path, taken) {
      const found = this.features.get(mark.dataset.key);
      if (!found) return;
      const area = mark.querySelector("path");
      area.setAttribute("d", path.pointRadius(0)(found) || "");
      const [[west, north], [east, south]] = path.bounds(found);
      const spot = path.centroid(found);
      const shown = Number.isFinite(spot[0]) && spot[0] > -20 && spot[0] < this.width + 20 && spot[1] > -20 && spot[1] < this.height + 20;
      const small = shown && Math.max(east - west, south - north) < 14;
      mark.querySelectorAll("circle, text").forEach((old) => old.remove());
      if (small) mark.append(element("circle", { class: area.getAttribute("class"), cx: spot[0].toFixed(1), cy: spot[1].toFixed(1), r: 6 }));
      if (!shown) return;
      const around = [[0, small ? -14 : -2], [28, 0], [-28, 0], [0, 20], [0, -20], [28, 20], [-28, 20], [28, -20], [-28, -20]];
      const free = around.map(([dx, dy]) => [spot[0] + dx, spot[1] + dy]).find(([x, y]) => taken.every(([a, b]) => Math.abs(a - x) > 26 || Math.abs(b - y) > 18));
      if (!free) return;
      taken.push(free);
      mark.append(element("text", { class: "num", x: free[0].toFixed(1), y: (free[1] + 5.5).toFixed(1) }, mark.dataset.number));
    }

    drawPlace(place) {
      const found = this.features.get(`place:${place.dataset.place}`);
      const spot = found && this.projection(found.coordinates);
      const shown = spot && this.metresPerPixel < NAMED && spot[0] > 0 && spot[0] < this.width && spot[1] > 0 && spot[1] < this.height;
      place.classList.toggle("gone", !shown);
      if (!shown) return;
      const circle = place.querySelector("circle");
      if (circle) { circle.setAttribute("cx", spot[0]); circle.setAttribute("cy", spot[1]); }
      const text = place.querySelector("text");
      text.setAttribute("x", spot[0]);
      text.setAttribute("y", spot[1]);
    }

    drawNet(path) {
      const high = (this.metresPerPixel * this.height) / 111195;
      const step = STEPS.find((one) => high / one <= 6) || 30;
      const [lon, lat] = this.middle;
      const wide = Math.min(180, Math.max(high * 3, (high * 3) / Math.max(0.05, Math.cos((lat * Math.PI) / 180))));
      const near = (value) => Math.round(value / step) * step;
      const bounds = wide > 60 ? [[-180, -90 + 1e-6], [180, 90 - 1e-6]] : [[near(lon - wide), Math.max(-90, near(lat - 2 * high))], [near(lon + wide), Math.min(90, near(lat + 2 * high))]];
      const net = d3.geoGraticule().extent(bounds).step([step, step]).precision(Math.min(2.5, step / 4))();
      this.svg.querySelector(".g").setAttribute("d", path(net) || "");
      this.svg.querySelector("[data-layer=degrees]").replaceChildren(...this.edge(step, true), ...this.edge(step, false));
      this.drawBar();
    }

    *edge(step, left) {
      let before = null;
      let free = 20;
      for (let at = 20; at < (left ? this.height - 24 : this.width - Math.floor(this.width / 6) - 20); at += 2) {
        const place = this.projection.invert(left ? [4, at] : [at, this.height - 6]);
        const value = place && Number.isFinite(place[0]) ? place[left ? 1 : 0] : null;
        if (value !== null && before !== null && Math.abs(value - before) < step && Math.floor(value / step) !== Math.floor(before / step) && at >= free) {
          free = at + (left ? 20 : 60);
          const line = Math.max(Math.floor(value / step), Math.floor(before / step)) * step;
          yield element("text", { class: "gl", x: left ? 4 : at + 3, y: left ? at - 4 : this.height - 6 }, named(line, left ? "NS" : "EW"));
        }
        before = value;
      }
    }

    drawBar() {
      const aim = (this.metresPerPixel * this.width) / 6;
      const power = 10 ** Math.floor(Math.log10(aim));
      const metres = Math.max(...[1, 2, 5].map((one) => one * power).filter((one) => one <= aim * 1.0001));
      const pixels = metres / this.metresPerPixel;
      const x = this.width - 10 - pixels;
      const y = this.height - 26;
      this.svg.querySelector(".sc").setAttribute("d", `M${x.toFixed(1)} ${y - 6}v6h${pixels.toFixed(1)}v-6`);
      const words = this.svg.querySelector(".lb");
      words.setAttribute("x", (x + pixels / 2).toFixed(1));
      words.textContent = metres >= 1000 ? fill(this.figure.dataset.km, { n: Math.round(metres / 1000) }) : fill(this.figure.dataset.m, { n: Math.round(metres) });
    }

    act(what) {
      const [dx, dy] = [this.width / 4, this.height / 4];
      const acts = {
        in: () => this.zoom(1.6), out: () => this.zoom(1 / 1.6), west: () => this.pan(-dx, 0), east: () => this.pan(dx, 0),
        north: () => this.pan(0, -dy), south: () => this.pan(0, dy), all: () => this.move(() => this.reset()),
      };
      return acts[what]();
    }

    listen() {
      const tools = this.figure.querySelector("[data-map-tools]");
      tools.hidden = false;
      tools.addEventListener("click", (event) => {
        const button = event.target.closest("[data-do]");
        if (button) this.act(button.dataset.do);
      });
      this.view.tabIndex = 0;
      this.view.setAttribute("role", "group");
      const keys = { ArrowLeft: "west", ArrowRight: "east", ArrowUp: "north", ArrowDown: "south", "+": "in", "=": "in", "-": "out", "−": "out", 0: "all" };
      this.view.addEventListener("keydown", (event) => {
        if (event.target !== this.view || event.ctrlKey || event.metaKey || event.altKey || !(event.key in keys)) return;
        event.preventDefault();
        this.act(keys[event.key]);
      });
      this.view.addEventListener("wheel", (event) => {
        if (!event.ctrlKey) return;
        event.preventDefault();
        this.zoom(2 ** (-event.deltaY / 200), this.at(event));
      }, { passive: false });
      this.drag();
    }

    drag() {
      let from = null;
      let moved = false;
      this.view.addEventListener("pointerdown", (event) => {
        if (event.button !== 0 || event.target.closest("button")) return;
        from = this.at(event);
        moved = false;
      });
      this.view.addEventListener("pointermove", (event) => {
        if (!from) return;
        const to = this.at(event);
        const [dx, dy] = [from[0] - to[0], from[1] - to[1]];
        if (!moved && Math.hypot(dx, dy) < 5) return;
        if (!moved) this.view.setPointerCapture(event.pointerId);
        moved = true;
        from = to;
        this.view.classList.add("held");
        this.pan(dx, dy);
      });
      const end = (event) => {
        if (from && !moved && event.type === "pointerup") this.view.dispatchEvent(new CustomEvent("comity:spot", { detail: this.at(event) }));
        from = null;
        this.view.classList.remove("held");
      };
      this.view.addEventListener("pointerup", end);
      this.view.addEventListener("pointercancel", end);
    }
  }

  // The slider: which entries are of the chosen day, here, in the month and in words. The address keeps the day.
  const slide = (form) => {
    if (form.ready) return;
    form.ready = true;
    const range = form.querySelector("input[type=range]");
    const names = new Map([...form.querySelectorAll("datalist option")].map((option) => [option.value, option.label]));
    const first = Date.parse(`${form.dataset.first}T00:00:00Z`);
    const show = () => {
      const day = new Date(first + (range.value - 1) * 864e5).toISOString().slice(0, 10);
      const name = names.get(range.value);
      range.setAttribute("aria-valuetext", name);
      document.querySelectorAll("[data-day-name]").forEach((place) => { place.textContent = name; });
      for (const mark of document.querySelectorAll(".mark")) {
        const on = mark.dataset.begins <= day && day <= mark.dataset.ends;
        mark.querySelectorAll(".area").forEach((area) => area.classList.toggle("off", !on || "planned" in mark.dataset));
      }
      for (const words of document.querySelectorAll("[data-map-words]")) {
        const on = [...document.querySelectorAll(".mark:not(.gone)")].filter((mark) => mark.dataset.begins <= day && day <= mark.dataset.ends);
        words.textContent = `${on.map((mark) => mark.dataset.words).join(" ")} `;
      }
      for (const cell of document.querySelectorAll("[data-date]")) {
        cell.classList.toggle("on", cell.dataset.date === day);
        cell.querySelector("[data-shown]").hidden = cell.dataset.date !== day;
      }
      const here = new URL(location.href);
      here.searchParams.set("day", range.value);
      history.replaceState(null, "", here);
    };
    range.addEventListener("input", show);
    form.querySelector("[data-without]").hidden = true;
    form.addEventListener("submit", (event) => event.preventDefault());
    const step = (by) => {
      const next = Number(range.value) + by;
      range.value = next > range.max ? range.min : next < range.min ? range.max : next;
      show();
    };
    for (const button of form.querySelectorAll("[data-step]")) {
      button.hidden = false;
      button.addEventListener("click", () => { stop(); step(Number(button.dataset.step)); });
    }
    const play = form.querySelector("[data-play]");
    const [start, pause] = [play.textContent, play.dataset.pause];
    let beat = null;
    const stop = () => { clearInterval(beat); beat = null; play.textContent = start; };
    // Who asked for less motion steps by hand.
    const motion = () => { play.hidden = still.matches; if (still.matches) stop(); };
    motion();
    still.addEventListener("change", motion);
    play.addEventListener("click", () => {
      if (beat) { stop(); return; }
      play.textContent = pause;
      beat = setInterval(() => { if (form.isConnected && !document.hidden) step(1); else stop(); }, 900);
    });
    range.addEventListener("pointerdown", stop);
    range.addEventListener("keydown", stop);
  };

  const layers = (form) => {
    if (form.ready) return;
    form.ready = true;
    form.querySelector("[data-without]").hidden = true;
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("change", () => {
      const here = new URL(location.href);
      here.searchParams.delete("layer");
      here.searchParams.set("layers", "chosen");
      for (const box of form.querySelectorAll("input[type=checkbox]")) {
        document.querySelectorAll(`.map [data-layer="${box.value}"]`).forEach((layer) => layer.classList.toggle("gone", !box.checked));
        if (box.checked) here.searchParams.append("layer", box.value);
      }
      history.replaceState(null, "", here);
    });
  };

  const open = () => {
    for (const figure of document.querySelectorAll("[data-map]")) figure.chart ??= new Chart(figure);
    document.querySelectorAll("form[data-days]").forEach(slide);
    document.querySelectorAll("form[data-layers]").forEach(layers);
  };
  window.comityMap = { geometry, fill };
  document.addEventListener("comity:fresh", open);
  open();
})();
