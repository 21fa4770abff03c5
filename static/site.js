// Small comforts on top of pages that are whole without them: theme, relative times, what is new, filters at once.
"use strict";
(() => {
  const root = document.documentElement;
  const lang = root.lang || "en";
  const store = {
    get(key) { try { return localStorage.getItem(key); } catch { return null; } },
    set(key, value) { try { localStorage.setItem(key, value); } catch { /* private windows may refuse */ } },
  };

  // 1. Theme: the system's, unless the reader chose.
  const chosen = store.get("newsmill-theme");
  if (chosen === "light" || chosen === "dark") root.dataset.theme = chosen;

  const ready = () => {
    const button = document.querySelector(".theme");
    if (button) {
      button.hidden = false;
      button.addEventListener("click", () => {
        const dark = root.dataset.theme
          ? root.dataset.theme === "dark"
          : matchMedia("(prefers-color-scheme: dark)").matches;
        root.dataset.theme = dark ? "light" : "dark";
        store.set("newsmill-theme", root.dataset.theme);
      });
    }
    times();
    fresh();
    filters();
    modes();
    asOf();
    // On a phone the analysis is folded to its summary, so that the text comes soon.
    if (matchMedia("(max-width: 40rem)").matches) document.querySelector(".impact details")?.removeAttribute("open");
  };

  // 2. Times in the reader's zone: recent ones told by distance, the absolute one in the title.
  function times() {
    const now = Date.now();
    const relative = new Intl.RelativeTimeFormat(lang, { numeric: "auto" });
    const full = new Intl.DateTimeFormat(lang, { dateStyle: "medium", timeStyle: "short" });
    const clock = new Intl.DateTimeFormat(lang, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
    for (const time of document.querySelectorAll("time[datetime*='T']")) {
      const at = new Date(time.dateTime);
      if (Number.isNaN(at.getTime())) continue;
      const written = time.textContent;
      time.title = `${full.format(at)} · ${written.includes("UTC") ? written : time.dateTime}`;
      const minutes = Math.round((now - at) / 60000);
      if (time.closest(".lines") && !time.closest(".results")) time.textContent = clock.format(at);
      else if (time.classList.contains("absolute") || minutes < 0 || minutes >= 1440) continue;
      else if (minutes < 60) time.textContent = relative.format(-minutes, "minute");
      else time.textContent = relative.format(-Math.round(minutes / 60), "hour");
    }
  }

  // 3. What is new since the last visit: the browser alone remembers.
  function fresh() {
    const told = document.querySelector(".fresh");
    if (!told) return;
    const last = Number(store.get("newsmill-seen") || 0);
    let newest = last;
    let count = 0;
    for (const item of document.querySelectorAll("[data-seen]")) {
      const seen = Number(item.dataset.seen);
      newest = Math.max(newest, seen);
      if (last && seen > last) {
        count += 1;
        const mark = document.createElement("span");
        mark.className = "new-mark";
        mark.textContent = told.dataset.mark;
        item.querySelector("h2, h3, .what")?.append(mark);
      }
    }
    if (count) {
      told.textContent = told.dataset.words.replace("{n}", String(count));
      told.hidden = false;
    }
    store.set("newsmill-seen", String(newest));
  }

  // 4. Filters: a chip with a key filters this page at once; the whole list stays one click away.
  function filters() {
    const told = document.querySelector(".filtered");
    const items = [...document.querySelectorAll("main [data-keys]")];
    if (!told || !items.length) return;
    const chips = [...document.querySelectorAll(".chip[data-key]")].filter((chip) => !chip.hasAttribute("aria-current"));
    let active = null;
    const apply = () => {
      let shown = 0;
      for (const item of items) {
        const fits = !active || item.dataset.keys.split(" ").includes(active.dataset.key);
        item.hidden = !fits;
        if (fits) shown += 1;
      }
      for (const part of document.querySelectorAll(".day, .lead, .cards")) {
        part.hidden = Boolean(active) && !part.querySelector("[data-keys]:not([hidden])");
      }
      for (const chip of chips) {
        if (chip === active) chip.setAttribute("aria-current", "true");
        else chip.removeAttribute("aria-current");
      }
      told.hidden = !active;
      if (!active) return;
      const link = document.createElement("a");
      link.href = active.href;
      link.textContent = active.textContent.trim();
      const clear = document.createElement("button");
      clear.type = "button";
      clear.textContent = told.dataset.clear;
      clear.addEventListener("click", () => { active = null; apply(); });
      told.replaceChildren(shown ? told.dataset.here : told.dataset.none, " ", link, " · ", clear);
    };
    for (const chip of chips) {
      chip.addEventListener("click", (event) => {
        if (event.metaKey || event.ctrlKey || event.shiftKey || chip === active) return;
        event.preventDefault();
        active = chip;
        apply();
      });
    }
  }

  // 5. How a text is shown: remembered; the key o toggles the original.
  function modes() {
    const inputs = [...document.querySelectorAll(".modes input")];
    if (!inputs.length) return;
    const wanted = store.get("newsmill-mode");
    inputs.forEach((input) => {
      if (input.value === wanted) input.checked = true;
      input.addEventListener("change", () => store.set("newsmill-mode", input.value));
    });
    addEventListener("keydown", (event) => {
      if (event.key !== "o" || event.metaKey || event.ctrlKey || event.altKey || event.target.closest("input, textarea")) return;
      const at = inputs.findIndex((input) => input.checked);
      const next = inputs[(at + 1) % inputs.length];
      next.checked = true;
      store.set("newsmill-mode", next.value);
    });
  }

  // 6. Pages change only with their news; how fresh the site is, they ask.
  async function asOf() {
    if (document.querySelector(".as-of") || !location.protocol.startsWith("http")) return;
    try {
      const answer = await fetch(`${document.body.dataset.root}api/v1/latest.json`);
      if (!answer.ok) return;
      const at = new Date((await answer.json()).as_of);
      // As the front page writes it.
      const written = new Intl.DateTimeFormat(lang === "en" ? "en-GB" : lang, {
        year: "numeric", month: "short", day: "numeric",
        hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: "UTC",
      });
      const told = document.createElement("p");
      told.className = "as-of";
      const time = document.createElement("time");
      time.className = "absolute";
      time.dateTime = at.toISOString();
      time.textContent = `${written.format(at)} UTC`;
      told.append(`${document.body.dataset.asOf} `, time);
      // At the foot: nothing that a reader looks at moves when the answer comes.
      document.querySelector(".bottom")?.append(told);
    } catch { /* without it the page is as good */ }
  }

  if (document.readyState === "loading") addEventListener("DOMContentLoaded", ready);
  else ready();
})();
