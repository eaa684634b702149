"use strict";
/* One kind of plot: layers of marks over two axes, on a canvas. Mouse, touch and keyboard. */
(function () {
  const COLOURS = {
    light: { ink: "#26323c", quiet: "#51606c", grid: "#e3e8ec", band: "rgba(0,114,178,.22)",
      filled: "#0072b2", good: "#26323c", doubtful: "#b37400", bad: "#d55e00", none: "#7b8791" },
    dark: { ink: "#e6ecf0", quiet: "#a9b7c2", grid: "#2b3741", band: "rgba(86,180,233,.28)",
      filled: "#56b4e9", good: "#e6ecf0", doubtful: "#f0c541", bad: "#f0804a", none: "#93a1ac" },
  };
  const LEFT = 62, RIGHT = 10, TOP = 10, BOTTOM = 34;
  const DAY = 86400;

  function palette() {
    return matchMedia("(prefers-color-scheme: dark)").matches ? COLOURS.dark : COLOURS.light;
  }

  /* Numbers a person would choose between lo and hi. */
  function ticks(lo, hi, most) {
    const raw = (hi - lo) / most, power = Math.pow(10, Math.floor(Math.log10(raw)));
    const step = power * [1, 2, 5, 10].find((one) => one * power >= raw);
    const found = [];
    for (let at = Math.ceil(lo / step) * step; at <= hi + step * 1e-9; at += step) found.push(at);
    const places = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
    return found.map((at) => ({ at, label: at.toFixed(places) }));
  }

  /* Moments a person would choose; seconds since 1970. */
  function moments(lo, hi, most, language) {
    const span = (hi - lo) / most;
    const at = (seconds) => new Date(seconds * 1000);
    const show = (seconds, options) =>
      at(seconds).toLocaleString(language, Object.assign({ timeZone: "UTC" }, options));
    const found = [];
    if (span > 25 * DAY) {
      const months = [1, 2, 3, 6, 12, 24, 60, 120].find((one) => one * 30 * DAY >= span) || 240;
      const first = at(lo);
      let count = first.getUTCFullYear() * 12 + first.getUTCMonth();
      count = Math.ceil(count / months) * months;
      for (;; count += months) {
        const seconds = Date.UTC(Math.floor(count / 12), count % 12, 1) / 1000;
        if (seconds > hi) break;
        if (seconds >= lo) {
          found.push({ at: seconds, label: show(seconds, months < 12
            ? { month: "short", year: "2-digit" } : { year: "numeric" }) });
        }
      }
      return found;
    }
    const steps = [600, 1800, 3600, 10800, 21600, 43200, DAY, 2 * DAY, 5 * DAY, 10 * DAY, 25 * DAY];
    const step = steps.find((one) => one >= span) || 25 * DAY;
    for (let one = Math.ceil(lo / step) * step; one <= hi; one += step) {
      found.push({ at: one, label: show(one, step < DAY
        ? { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" }
        : { day: "numeric", month: "short" }) });
    }
    return found;
  }

  function range(columns) {
    let lo = Infinity, hi = -Infinity;
    for (const column of columns) {
      for (const value of column) {
        if (value === null || !isFinite(value)) continue;
        if (value < lo) lo = value;
        if (value > hi) hi = value;
      }
    }
    if (lo > hi) return [0, 1];
    const margin = (hi - lo) * 0.04 || Math.abs(hi) * 0.02 || 1;
    return [lo - margin, hi + margin];
  }

  class Plot {
    /* spec: x and y {label, time, down, range}, layers [{kind, x, y, lower, flag, key}], says */
    constructor(canvas, spec) {
      this.canvas = canvas;
      this.hidden = new Set();
      this.fingers = new Map();
      this.show(spec);
      new ResizeObserver(() => this.draw()).observe(canvas);
      matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.draw());
      canvas.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
      canvas.addEventListener("pointerdown", (event) => this.down(event));
      canvas.addEventListener("pointermove", (event) => this.move(event));
      for (const name of ["pointerup", "pointercancel"]) {
        canvas.addEventListener(name, (event) => this.fingers.delete(event.pointerId));
      }
      canvas.addEventListener("keydown", (event) => this.key(event));
      canvas.addEventListener("dblclick", () => this.reset());
    }

    show(spec) {
      this.spec = spec;
      this.reset();
    }

    reset() {
      const layers = this.spec.layers;
      this.x = (this.spec.x.range || range(layers.map((one) => one.x))).slice();
      const believed = (one) => one.flag && !this.spec.y.down
        ? one.y.filter((_, i) => one.flag[i] !== 3 && one.flag[i] !== 4) : one.y;
      const columns = layers.flatMap((one) =>
        one.lower && !one.sideways ? [one.y, one.lower] : [believed(one)]);
      this.y = (this.spec.y.range || range(columns.some((one) => one.some((y) => y !== null))
        ? columns : layers.map((one) => one.y))).slice();
      this.draw();
    }

    toggle(key, on) {
      if (on) this.hidden.delete(key); else this.hidden.add(key);
      this.draw();
    }

    /* The axis one walks along: time, or pressure where that goes down. */
    get walked() { return this.spec.y.down && !this.spec.x.time ? this.y : this.x; }

    zoom(factor, part) {
      const axis = this.walked, span = axis[1] - axis[0], middle = axis[0] + span * part;
      axis[0] = middle - span * part * factor;
      axis[1] = middle + span * (1 - part) * factor;
      this.draw();
    }

    pan(part) {
      const axis = this.walked, step = (axis[1] - axis[0]) * part;
      axis[0] += step;
      axis[1] += step;
      this.draw();
    }

    key(event) {
      const does = { ArrowLeft: () => this.pan(-0.15), ArrowRight: () => this.pan(0.15),
        ArrowUp: () => this.pan(-0.15), ArrowDown: () => this.pan(0.15),
        "+": () => this.zoom(0.7, 0.5), "=": () => this.zoom(0.7, 0.5),
        "-": () => this.zoom(1 / 0.7, 0.5), 0: () => this.reset() }[event.key];
      if (!does) return;
      event.preventDefault();
      does();
    }

    part(event) {
      const box = this.canvas.getBoundingClientRect();
      return this.walked === this.x
        ? (event.clientX - box.left - LEFT) / (box.width - LEFT - RIGHT)
        : (event.clientY - box.top - TOP) / (box.height - TOP - BOTTOM);
    }

    wheel(event) {
      if (!event.ctrlKey && !event.shiftKey && document.activeElement !== this.canvas) return;
      event.preventDefault();
      this.zoom(event.deltaY > 0 ? 1.2 : 1 / 1.2, this.part(event));
    }

    down(event) {
      this.fingers.set(event.pointerId, this.part(event));
      this.canvas.setPointerCapture(event.pointerId);
      this.read(event);
    }

    move(event) {
      const before = this.fingers.get(event.pointerId), now = this.part(event);
      if (before === undefined) { this.read(event); return; }
      const others = [...this.fingers].filter(([id]) => id !== event.pointerId);
      if (others.length) {
        const other = others[0][1], apart = Math.max(Math.abs(now - other), 0.02);
        this.zoom(Math.max(Math.abs(before - other), 0.02) / apart, other);
      } else {
        this.pan(before - now);
      }
      this.fingers.set(event.pointerId, now);
    }

    /* Say what the nearest mark is. */
    read(event) {
      const box = this.canvas.getBoundingClientRect();
      const px = event.clientX - box.left, py = event.clientY - box.top;
      let best = 900, found = null;
      for (const layer of this.visible()) {
        if (layer.kind === "band") continue;
        for (let i = 0; i < layer.x.length; i++) {
          if (layer.x[i] === null || layer.y[i] === null) continue;
          const dx = this.px(layer.x[i]) - px, dy = this.py(layer.y[i]) - py;
          if (dx * dx + dy * dy < best) { best = dx * dx + dy * dy; found = [layer, i]; }
        }
      }
      this.spec.says(found && found[0], found && found[1]);
    }

    visible() { return this.spec.layers.filter((one) => !this.hidden.has(one.key)); }

    px(value) {
      return LEFT + (value - this.x[0]) / (this.x[1] - this.x[0]) * (this.wide - LEFT - RIGHT);
    }

    py(value) {
      const part = (value - this.y[0]) / (this.y[1] - this.y[0]);
      const height = this.high - TOP - BOTTOM;
      return this.spec.y.down ? TOP + part * height : TOP + (1 - part) * height;
    }

    draw() {
      const canvas = this.canvas, ratio = devicePixelRatio || 1;
      this.wide = canvas.clientWidth;
      this.high = canvas.clientHeight;
      if (!this.wide) return;
      canvas.width = Math.round(this.wide * ratio);
      canvas.height = Math.round(this.high * ratio);
      const c = canvas.getContext("2d"), p = palette();
      c.scale(ratio, ratio);
      c.clearRect(0, 0, this.wide, this.high);
      this.axes(c, p);
      c.save();
      c.beginPath();
      c.rect(LEFT, TOP, this.wide - LEFT - RIGHT, this.high - TOP - BOTTOM);
      c.clip();
      for (const layer of this.visible()) this[layer.kind](c, p, layer);
      c.restore();
    }

    axes(c, p) {
      const { x, y } = this.spec;
      c.font = "12px system-ui, DejaVu Sans, sans-serif";
      c.lineWidth = 1;
      c.strokeStyle = p.grid;
      c.fillStyle = p.quiet;
      const across = Math.max(2, Math.floor((this.wide - LEFT) / 95));
      const marks = x.time ? moments(this.x[0], this.x[1], across, document.documentElement.lang)
        : ticks(this.x[0], this.x[1], across);
      c.textAlign = "center";
      c.textBaseline = "top";
      for (const { at, label } of marks) {
        const here = this.px(at);
        this.stroke(c, here, TOP, here, this.high - BOTTOM);
        c.fillText(label, Math.min(Math.max(here, LEFT + 14), this.wide - 32), this.high - BOTTOM + 5);
      }
      c.textAlign = "right";
      c.textBaseline = "middle";
      for (const { at, label } of ticks(this.y[0], this.y[1], Math.max(3, this.high / 55))) {
        const here = this.py(at);
        this.stroke(c, LEFT, here, this.wide - RIGHT, here);
        c.fillText(label, LEFT - 5, here);
      }
      c.save();
      c.translate(11, (this.high - BOTTOM) / 2);
      c.rotate(-Math.PI / 2);
      c.textAlign = "center";
      c.fillText(y.label, 0, 0);
      c.restore();
      if (x.label) {
        c.textAlign = "right";
        c.textBaseline = "bottom";
        c.fillText(x.label, this.wide - RIGHT, this.high - 1);
      }
    }

    stroke(c, x1, y1, x2, y2) {
      c.beginPath();
      c.moveTo(x1, y1);
      c.lineTo(x2, y2);
      c.stroke();
    }

    /* Runs of finite marks: a gap stays a gap. */
    *runs(layer) {
      let start = -1;
      for (let i = 0; i <= layer.x.length; i++) {
        const there = i < layer.x.length && layer.x[i] !== null && layer.y[i] !== null;
        if (there && start < 0) start = i;
        if (!there && start >= 0) { yield [start, i]; start = -1; }
      }
    }

    line(c, p, layer) {
      c.strokeStyle = p[layer.colour || "filled"];
      c.lineWidth = layer.width || 1.5;
      for (const [from, to] of this.runs(layer)) {
        c.beginPath();
        for (let i = from; i < to; i++) c.lineTo(this.px(layer.x[i]), this.py(layer.y[i]));
        c.stroke();
        if (to - from === 1) this.dot(c, p[layer.colour || "filled"], layer.x[from], layer.y[from], 2.5);
      }
    }

    /* Between y and lower; along the other axis where the plot goes down. */
    band(c, p, layer) {
      c.fillStyle = p.band;
      for (const [from, to] of this.runs(layer)) {
        c.beginPath();
        for (let i = from; i < to; i++) this.edge(c, layer, i, layer.upper || layer.y);
        for (let i = to - 1; i >= from; i--) this.edge(c, layer, i, layer.lower);
        if (to - from === 1) {
          c.strokeStyle = p.band;
          c.lineWidth = 4;
          c.stroke();
        }
        c.closePath();
        c.fill();
      }
    }

    edge(c, layer, i, bound) {
      if (layer.sideways) c.lineTo(this.px(bound[i]), this.py(layer.y[i]));
      else c.lineTo(this.px(layer.x[i]), this.py(bound[i]));
    }

    dot(c, colour, x, y, size) {
      c.fillStyle = colour;
      c.fillRect(this.px(x) - size / 2, this.py(y) - size / 2, size, size);
    }

    /* Measured values: the shape says the flag too, not only the colour. */
    points(c, p, layer) {
      const size = layer.x.length > 3000 ? 2 : 3;
      for (let i = 0; i < layer.x.length; i++) {
        if (layer.y[i] === null || layer.x[i] === null) continue;
        const flag = layer.flag ? layer.flag[i] : 1;
        if (flag === 3 || flag === 4) {
          const r = 4, within = (at, lo, hi) => Math.min(Math.max(at, lo + r), hi - r);
          const down = this.spec.y.down;  // a value beyond the frame is shown at its edge
          const x = down ? within(this.px(layer.x[i]), LEFT, this.wide - RIGHT) : this.px(layer.x[i]);
          const y = down ? this.py(layer.y[i]) : within(this.py(layer.y[i]), TOP, this.high - BOTTOM);
          c.strokeStyle = flag === 4 ? p.bad : p.doubtful;
          c.lineWidth = 1.8;
          if (flag === 4) {
            this.stroke(c, x - r, y - r, x + r, y + r);
            this.stroke(c, x - r, y + r, x + r, y - r);
          } else {
            c.strokeRect(x - r + 1, y - r + 1, 2 * r - 2, 2 * r - 2);
          }
        } else {
          this.dot(c, flag === 0 ? p.none : p.good, layer.x[i], layer.y[i], size);
        }
      }
    }

    /* Values as colour, over time and pressure. */
    cells(c, p, layer) {
      const [lo, hi] = layer.limits, across = Math.max(3, layer.across * (this.wide - LEFT - RIGHT));
      for (let i = 0; i < layer.x.length; i++) {
        if (layer.value[i] === null) continue;
        const part = Math.min(Math.max((layer.value[i] - lo) / (hi - lo || 1), 0), 1);
        c.fillStyle = COLOUR_OF[Math.round(part * (COLOUR_OF.length - 1))];
        const top = this.py(layer.top[i]), tall = Math.max(this.py(layer.bottom[i]) - top, 2);
        c.fillRect(this.px(layer.x[i]) - across / 2, top, across, tall + 0.5);
      }
    }
  }

  /* Cividis (Nuñez et al. 2018): even for every kind of colour vision; 16 of its colours. */
  const COLOUR_OF = ["#00224e", "#002c66", "#163771", "#2c416e", "#3c4c6d", "#4a566d", "#57616d",
    "#636b70", "#707676", "#7d8178", "#8b8d78", "#9a9976", "#a9a572", "#b9b26b", "#c9c062",
    "#dbce55"].flatMap((one, i, all) => (i + 1 < all.length ? between(one, all[i + 1], 4) : [one]));

  function between(from, to, count) {
    const parts = (one) => [1, 3, 5].map((at) => parseInt(one.slice(at, at + 2), 16));
    const a = parts(from), b = parts(to);
    return Array.from({ length: count }, (_, k) =>
      `rgb(${a.map((one, i) => Math.round(one + (b[i] - one) * k / count)).join(",")})`);
  }

  window.HaloclinePlot = Plot;
  window.haloclineColours = COLOUR_OF;
})();
