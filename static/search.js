// Searches the static index of search/*.json: words for scripts with spaces, bigrams for Chinese, Japanese and Korean,
// Traditional Chinese as Simplified.
// The tokens must be those of src/site/search.rs; both change together.
"use strict";
(() => {
  const told = document.getElementById("told");
  const results = document.getElementById("results");
  const input = document.getElementById("q");
  if (!told || !results || !input) return;
  const MOST = 50;
  const CJK = /[\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff\uff66-\uff9f\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u{20000}-\u{323af}\u1100-\u11ff\u3131-\u318e\uac00-\ud7af]/u;
  const LETTER = /[\p{Alphabetic}\p{N}]/u;
  const base = told.dataset.manifest.replace(/index\.json$/, "");
  const files = new Map();

  if (!location.protocol.startsWith("http")) {
    told.textContent = told.dataset.http;
  }

  function load(name) {
    if (!files.has(name)) {
      files.set(name, fetch(base + name).then((answer) => {
        if (!answer.ok) throw new Error(`${name}: ${answer.status}`);
        return answer.json();
      }));
    }
    return files.get(name);
  }

  // `{token, whole}`: a token that must be met whole, or as a prefix.
  function tokens(text, longest, simple) {
    const out = [];
    let word = "";
    let run = [];
    const endWord = () => { if (word) out.push({ token: [...word].slice(0, longest).join(""), whole: false }); word = ""; };
    const endRun = () => {
      if (run.length === 1) out.push({ token: run[0], whole: false });
      for (let n = 0; n + 1 < run.length; n += 1) out.push({ token: run[n] + run[n + 1], whole: true });
      run = [];
    };
    for (const c of `${text.toLowerCase()} `) {
      if (CJK.test(c)) { endWord(); run.push(simple.get(c) || c); continue; }
      endRun();
      if (LETTER.test(c)) word += c; else endWord();
    }
    endRun();
    return out;
  }

  function shardOf(token, shards) {
    let n = token.codePointAt(0);
    let hash = 0x811c9dc5;
    for (let byte = 0; byte < 4; byte += 1) {
      hash = Math.imul(hash ^ (n & 255), 0x01000193) >>> 0;
      n >>>= 8;
    }
    return hash % shards;
  }

  async function find(token, whole, manifest) {
    const shard = await load(`w${shardOf(token, manifest.shards)}.json`);
    const found = new Map();
    for (const [word, steps] of Object.entries(shard)) {
      const exact = word === token;
      if (!exact && (whole || !word.startsWith(token))) continue;
      let at = 0;
      for (const step of steps) {
        at += step;
        found.set(at, Math.max(found.get(at) || 0, exact ? 2 : 1));
      }
    }
    return found;
  }

  async function search(text) {
    const manifest = await load("index.json");
    const han = [...(manifest.han || "")];
    const simple = new Map(han.flatMap((c, at) => (at % 2 ? [] : [[c, han[at + 1]]])));
    const wanted = tokens(text, manifest.longest, simple);
    if (!wanted.length) return { total: 0, rows: [] };
    const lists = await Promise.all(wanted.map(({ token, whole }) => find(token, whole, manifest)));
    lists.sort((a, b) => a.size - b.size);
    const scores = [];
    for (const [at, first] of lists[0]) {
      let score = first;
      if (lists.every((list) => { score += list.get(at) || 0; return list.has(at); })) scores.push([at, score]);
    }
    // Better matches first, newer ones among equals.
    scores.sort((a, b) => b[1] - a[1] || b[0] - a[0]);
    const rows = await Promise.all(scores.slice(0, MOST).map(async ([at]) => {
      const file = await load(`d${Math.floor(at / manifest.documents)}.json`);
      return file[at % manifest.documents];
    }));
    return { total: scores.length, rows: rows.filter(Boolean), sources: manifest.sources };
  }

  function line([href, title, language, published, source], sources) {
    const item = document.createElement("li");
    const time = document.createElement("time");
    time.dateTime = published;
    time.textContent = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "medium" }).format(new Date(published));
    const what = document.createElement("span");
    what.className = "what";
    const link = document.createElement("a");
    link.className = "title";
    link.href = document.body.dataset.root + href;
    link.textContent = title;
    if (language) { link.lang = language; link.dir = "auto"; }
    const meta = document.createElement("span");
    meta.className = "meta";
    meta.textContent = sources[source] || "";
    what.append(link, meta);
    item.append(time, what);
    return item;
  }

  let turn = 0;
  async function show() {
    const mine = (turn += 1);
    const text = input.value.trim();
    if (!text) { results.replaceChildren(); told.textContent = ""; return; }
    try {
      const { total, rows, sources } = await search(text);
      if (mine !== turn) return;
      results.replaceChildren(...rows.map((row) => line(row, sources)));
      if (!total) told.textContent = told.dataset.none;
      else {
        const forms = told.dataset.count.split("|");
        const categories = ["zero", "one", "two", "few", "many", "other"];
        const rule = new Intl.PluralRules(document.documentElement.lang);
        const used = categories.filter((category) => rule.resolvedOptions().pluralCategories.includes(category));
        const at = Math.min(Math.max(used.indexOf(rule.select(total)), 0), forms.length - 1);
        told.textContent = forms[at].trim().replace("{n}", String(total));
      }
    } catch {
      told.textContent = location.protocol.startsWith("http") ? told.dataset.none : told.dataset.http;
    }
  }

  input.value = new URLSearchParams(location.search).get("q") || "";
  let timer = 0;
  input.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(show, 120); });
  input.form.addEventListener("submit", (event) => {
    event.preventDefault();
    history.replaceState(null, "", `?q=${encodeURIComponent(input.value)}`);
    show();
  });
  if (input.value && location.protocol.startsWith("http")) show();
})();
