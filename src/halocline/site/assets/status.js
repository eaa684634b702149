"use strict";
/* Ages are told by the reader's clock: a page nobody has made anew must not stay green. */
(function () {
  const STATES = ["fresh", "late", "silent", "unknown"];
  const now = Date.now() / 1000;

  function state(last, limit) {
    if (!isFinite(last) || !isFinite(limit) || !limit) return "unknown";
    return now - last <= limit ? "fresh" : now - last <= 4 * limit ? "late" : "silent";
  }

  const counts = { fresh: 0, late: 0, silent: 0, unknown: 0 };
  for (const one of document.querySelectorAll("[data-last]")) {
    const found = state(Number(one.dataset.last || NaN), Number(one.dataset.limit || NaN));
    STATES.forEach((name) => one.classList.toggle(name, name === found));
    if (one.tagName === "TR") counts[found] += 1;
  }
  for (const one of document.querySelectorAll("[data-count]")) {
    one.textContent = counts[one.dataset.count].toLocaleString(document.documentElement.lang);
  }
  for (const one of document.querySelectorAll("[data-age-of]")) {
    const hours = (now - Number(one.dataset.ageOf)) / 3600;
    one.textContent = hours < 48 ? `${Math.max(0, Math.round(hours))} h`
      : `${Math.round(hours / 24)} ${document.documentElement.lang === "fr" ? "j" : "d"}`;
  }
  for (const one of document.querySelectorAll("[data-stale-after]")) {
    one.hidden = now - Number(one.dataset.made) <= Number(one.dataset.staleAfter);
  }
  const search = document.getElementById("search");
  if (search) {
    search.addEventListener("input", () => {
      const wanted = search.value.trim().toLowerCase();
      for (const row of document.querySelectorAll("#platforms tbody tr")) {
        row.hidden = wanted !== "" && !row.textContent.toLowerCase().includes(wanted);
      }
    });
  }
})();
