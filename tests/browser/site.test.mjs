// The demo's site in a real browser: every page kind loads from the disk's server without script errors, asks nothing of
// other hosts, passes axe, fits a phone, works without JavaScript, and can be searched in any script.
import { test, before, after } from "node:test";
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import path from "node:path";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";

const site = process.env.SITE;
const axe = fs.readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
let browser, server, base;

const files = (dir, below = "") =>
  fs.readdirSync(path.join(dir, below), { withFileTypes: true }).flatMap((entry) => {
    const name = below ? `${below}/${entry.name}` : entry.name;
    return entry.isDirectory() ? files(dir, name) : [name];
  });
const pages = files(site).filter((name) => name.endsWith(".html"));
const newest = (prefix) => pages.filter((name) => name.startsWith(prefix));

// One page of every kind, in every edition that the demo has.
const kinds = [
  "index.html", "search.html", "status.html", "404.html", "about.html",
  newest("articles/")[0], newest("events/")[0],
  ...["categories/", "symbols/", "sources/", "languages/", "archive/"].map((kind) => newest(kind)[0]),
  newest("zh-Hant/articles/")[0], "zh-Hant/index.html",
].filter((name) => name && pages.includes(name));

before(async () => {
  server = spawn(process.env.NEWSMILL, ["--output", site, "serve", "--port", "0"], { stdio: ["ignore", "pipe", "inherit"] });
  let said = "";
  for await (const chunk of server.stdout) {
    said += chunk;
    const address = said.match(/http:\/\/[\d.:]+\//);
    if (address) { base = address[0]; break; }
  }
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM,
    args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"],
  });
});

after(async () => {
  await browser?.close();
  if (server && server.exitCode === null) {
    server.kill();
    await once(server, "exit");
  }
});

async function open(name, options = {}) {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const troubles = [];
  page.on("request", (request) => {
    if (!request.url().startsWith(base) && !request.url().startsWith("data:")) troubles.push(`asked for ${request.url()}`);
  });
  page.on("pageerror", (error) => troubles.push(`script error: ${error.message}`));
  page.on("console", (message) => { if (message.type() === "error" && !(name === "404.html" && /404/.test(message.text()))) troubles.push(`console: ${message.text()}`); });
  const answer = await page.goto(base + name, { waitUntil: "load" });
  assert.equal(answer.status(), name === "404.html" ? answer.status() : 200);
  return { context, page, troubles };
}

test("every page kind is there", () => {
  assert.ok(kinds.length >= 12, `only ${kinds.join(", ")}`);
});

for (const name of kinds) {
  test(`${name}: no outside request, no error, accessible, light and dark`, async () => {
    for (const colorScheme of ["light", "dark"]) {
      // axe needs to be injected, which the pages' own policy rightly forbids.
      const { context, page, troubles } = await open(name, { colorScheme, bypassCSP: true });
      await page.evaluate(axe);
      const result = await page.evaluate(() => globalThis.axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"] }));
      const found = result.violations.map((v) => `${colorScheme} ${v.id}: ${v.nodes.slice(0, 3).map((n) => n.html.slice(0, 160)).join(" | ")}`);
      assert.deepEqual(found, []);
      assert.deepEqual(troubles, []);
      await context.close();
    }
  });

  test(`${name}: fits a phone`, async () => {
    const { context, page } = await open(name, { viewport: { width: 360, height: 740 } });
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    assert.ok(wide <= 0, `${wide} px wider than the screen`);
    await context.close();
  });

  test(`${name}: works without JavaScript`, async () => {
    const { context, page, troubles } = await open(name, { javaScriptEnabled: false });
    assert.ok((await page.locator("main").innerText()).trim().length > 20);
    assert.deepEqual(troubles, []);
    await context.close();
  });
}

test("the policy forbids inline script and outside hosts", async () => {
  for (const name of kinds) {
    const text = fs.readFileSync(path.join(site, name), "utf8");
    const policy = text.match(/http-equiv="?Content-Security-Policy"? content="([^"]+)"/i)?.[1] ?? "";
    assert.match(policy, /default-src 'none'|default-src 'self'/, name);
    assert.doesNotMatch(policy, /unsafe-inline|unsafe-eval|\*/, name);
    assert.doesNotMatch(text, /<script(?![^>]*\bsrc=)(?![^>]*application\/(ld\+)?json)[^>]*>/i, name);
  }
});

test("search finds words of Latin and of Chinese script", async () => {
  for (const [name, query] of [["search.html", "bitcoin"], ["zh-Hant/search.html", "比特幣"]]) {
    if (!pages.includes(name)) continue;
    const { context, page, troubles } = await open(name);
    await page.locator("main input[type=search]").fill(query);
    await page.locator("main form").first().evaluate((form) => form.requestSubmit());
    await page.waitForFunction(() => document.querySelectorAll("main a[href*='articles/']").length > 0, null, { timeout: 10000 });
    assert.deepEqual(troubles, []);
    await context.close();
  }
});

test("every link inside the site leads somewhere", () => {
  const all = new Set(files(site));
  const dead = [];
  for (const name of pages) {
    const text = fs.readFileSync(path.join(site, name), "utf8");
    for (const [, raw] of text.matchAll(/\s(?:href|src)="([^"]*)"/g)) {
      const link = raw.replaceAll("&amp;", "&").split(/[?#]/)[0];
      if (!link || /^[a-z][a-z0-9+.-]*:/i.test(link)) continue;
      // The 404 page stands at any address, so its ways start at the host's root: the demo's site is that root.
      const from = link.startsWith("/") ? "" : path.posix.dirname(name);
      let to = path.posix.normalize(path.posix.join(from, decodeURIComponent(link).replace(/^\/+/, "")));
      if (link.endsWith("/")) to = path.posix.join(to, "index.html");
      if (!all.has(to)) dead.push(`${name} -> ${raw}`);
    }
  }
  assert.deepEqual(dead.slice(0, 10), []);
});
