"use strict";
/* The plots of one platform, from the data its page loaded. */
(function () {
  const data = window.halocline, words = JSON.parse(document.getElementById("words").textContent);
  const by = (id) => document.getElementById(id);
  const WIDEST_DBAR = 120;  // beyond it a cell would hide that nobody measured between
  if (!data) return;

  function number(value) { return String(Math.round(value * 1e4) / 1e4); }
  function moment(seconds) { return new Date(seconds * 1000).toISOString().slice(0, 16).replace("T", " "); }
  function flagWord(flag) { return words.flags[String(flag)] || String(flag); }

  function option(select, value, text) {
    const made = document.createElement("option");
    made.value = value;
    made.textContent = text;
    select.append(made);
  }

  function switches(plot, id) {
    for (const box of document.querySelectorAll(`#${id} input[data-layer]`)) {
      const apply = () => plot.toggle(box.dataset.layer, box.checked);
      box.addEventListener("change", apply);
      apply();
    }
    for (const button of document.querySelectorAll(`#${id} button[data-does]`)) {
      button.addEventListener("click", () => ({
        in: () => plot.zoom(0.7, 0.5), out: () => plot.zoom(1 / 0.7, 0.5), all: () => plot.reset(),
        back: () => plot.pan(-0.2), on: () => plot.pan(0.2),
      })[button.dataset.does]());
    }
  }

  function choice(name) {
    return data.parts[Number(by("part").value)].variables[name];
  }

  /* --- stations: a variable against time --- */
  function series(name) {
    const one = choice(name), said = by("reading");
    return {
      x: { time: true }, y: { label: `${name} (${one.units})` },
      layers: [
        { kind: "band", key: "band", x: one.ft, y: one.upper, upper: one.upper, lower: one.lower },
        { kind: "line", key: "filled", x: one.ft, y: one.filled },
        { kind: "points", key: "raw", x: one.t, y: one.v, flag: one.q },
      ],
      says: (layer, i) => {
        if (!layer) return;
        const value = `${moment(layer.x[i])} · ${number(layer.y[i])} ${one.units} · `;
        said.textContent = layer.key === "raw" ? value + flagWord(one.q[i])
          : `${value}${words.filled} [${number(one.lower[i])}, ${number(one.upper[i])}]`;
      },
    };
  }

  /* --- floats: a section, and one profile --- */
  function section(name) {
    const one = choice(name), part = data.parts[Number(by("part").value)], said = by("reading");
    const x = [], y = [], value = [], who = [], top = [], bottom = [];
    part.profiles.forEach((profile, k) => {
      const levels = part.pressure[k].map((depth, level) => [depth, one.f[k][level]])
        .filter(([depth, shown]) => depth !== null && shown !== null);
      levels.forEach(([depth, shown], i) => {
        const half = (other) => other ? Math.min(Math.abs(other[0] - depth), WIDEST_DBAR) / 2 : 2;
        x.push(profile.t);
        y.push(depth);
        value.push(shown);
        who.push(k);
        top.push(depth - half(levels[i - 1]));
        bottom.push(depth + half(levels[i + 1]));
      });
    });
    const sorted = value.slice().sort((a, b) => a - b);
    const at = (share) => sorted[Math.floor(share * (sorted.length - 1))] || 0;
    const limits = [at(0.01), at(0.99)];
    by("scale").textContent = `${number(limits[0])} – ${number(limits[1])} ${one.units}`;
    return {
      x: { time: true }, y: { label: words.pressure, down: true },
      layers: [{ kind: "cells", key: "section", x, y, value, limits, top, bottom,
        across: 1.01 / Math.max(part.profiles.length, 1) }],
      says: (layer, i) => {
        if (!layer) return;
        said.textContent = `${moment(x[i])} · ${number(y[i])} dbar · ${number(value[i])} ${one.units}`;
        by("profile").value = String(who[i]);
        by("profile").dispatchEvent(new Event("change"));
      },
    };
  }

  function profile(name) {
    const part = data.parts[Number(by("part").value)], one = choice(name);
    const k = Number(by("profile").value), y = part.pressure[k], said = by("profile-reading");
    return {
      x: { label: `${name} (${one.units})` }, y: { label: words.pressure, down: true },
      layers: [
        { kind: "band", key: "band", sideways: true, x: one.e[k], y, upper: one.h[k], lower: one.l[k] },
        { kind: "line", key: "filled", x: one.f[k], y },
        { kind: "points", key: "raw", x: one.v[k], y, flag: one.q[k] },
      ].filter((layer) => layer.x.some((value) => value !== null)),
      says: (layer, i) => {
        if (!layer) return;
        said.textContent = `${number(y[i])} dbar · ${number(layer.x[i])} ${one.units} · ` +
          (layer.key === "raw" ? flagWord(one.q[k][i])
            : `${words.filled} [${number(one.l[k][i] ?? NaN)}, ${number(one.h[k][i] ?? NaN)}]`);
      },
    };
  }

  /* A profile is as wide as what is believed and its band; flagged values stay at the edge. */
  function widened(spec) {
    const all = spec.layers
      .flatMap((one) => [...one.x.filter((_, i) => !one.flag || (one.flag[i] !== 3 && one.flag[i] !== 4)),
        ...(one.upper || []), ...(one.lower || [])])
      .filter((one) => one !== null && isFinite(one));
    if (!all.length) return spec;
    const lo = Math.min(...all), hi = Math.max(...all), margin = (hi - lo) * 0.05 || 1;
    spec.x.range = [lo - margin, hi + margin];
    return spec;
  }

  const parts = by("part"), variables = by("variable");
  data.parts.forEach((one, i) => option(parts, i, one.name));
  parts.value = String(data.parts.length - 1);

  function offer() {
    const before = variables.value;
    variables.replaceChildren();
    const names = Object.keys(data.parts[Number(parts.value)].variables);
    names.forEach((name) => option(variables, name,
      `${name} — ${data.parts[Number(parts.value)].variables[name].title}`));
    if (names.includes(before)) variables.value = before;
  }

  offer();
  if (data.network === "argo") {
    const profiles = by("profile");
    const offerProfiles = () => {
      profiles.replaceChildren();
      data.parts[Number(parts.value)].profiles.forEach((one, k) =>
        option(profiles, k, `${one.name} · ${one.t === null ? "?" : moment(one.t)}`));
      profiles.value = String(profiles.options.length - 1);
    };
    offerProfiles();
    const above = new window.HaloclinePlot(by("section-plot"), section(variables.value));
    const below = new window.HaloclinePlot(by("profile-plot"), widened(profile(variables.value)));
    switches(above, "section-tools");
    switches(below, "profile-tools");
    by("bar").style.background = `linear-gradient(to right, ${window.haloclineColours.join(",")})`;
    profiles.addEventListener("change", () => below.show(widened(profile(variables.value))));
    variables.addEventListener("change", () => {
      above.show(section(variables.value));
      below.show(widened(profile(variables.value)));
    });
  } else {
    const plot = new window.HaloclinePlot(by("series-plot"), series(variables.value));
    switches(plot, "series-tools");
    parts.addEventListener("change", () => { offer(); plot.show(series(variables.value)); });
    variables.addEventListener("change", () => plot.show(series(variables.value)));
  }
})();
