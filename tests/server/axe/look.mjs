// Opens pages in a headless Chromium, in light and in dark, wide and narrow, and asks axe-core what is wrong with them.
//   node look.mjs CHROMIUM PICTURES ADDRESS…
// Exits with 1 for any violation, anything that a page tried to fetch from elsewhere, and any error in its console. With
// a folder PICTURES ("-": none), each view is kept there as a picture.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRequire } from "node:module";
import puppeteer from "puppeteer-core";

const [chromium, pictures, ...addresses] = process.argv.slice(2);
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const profile = mkdtempSync(join(tmpdir(), "crier-chromium-"));
const views = [
  { name: "light", scheme: "light", width: 1280 },
  { name: "dark", scheme: "dark", width: 1280 },
  { name: "narrow", scheme: "light", width: 320 },
];
let wrong = 0;
const complain = (...words) => {
  console.log(...words);
  ++wrong;
};

const browser = await puppeteer.launch({
  executablePath: chromium,
  headless: true,
  userDataDir: profile,
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync"],
});
try {
  for (const [number, address] of addresses.entries()) {
    for (const view of views) {
      const page = await browser.newPage();
      const where = `${view.name} ${address}`;
      await page.setViewport({ width: view.width, height: 900 });
      await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: view.scheme }]);
      page.on("console", (message) => {
        // The browser asks for an icon by itself.
        if (message.type() === "error" && !message.location().url?.endsWith("/favicon.ico")) {
          complain(where, message.text());
        }
      });
      page.on("request", (request) => {
        if (new URL(request.url()).origin !== new URL(address).origin) complain(where, "asked", request.url());
      });
      const answer = await page.goto(address, { waitUntil: "load" });
      if (!answer.ok()) complain(where, "answered", answer.status());
      const broken = await page.evaluate(() => [...document.images].filter((i) => i.naturalWidth === 0).map((i) => i.src));
      for (const picture of broken) complain(where, "shows no", picture);
      const beyond = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      if (beyond > 0) complain(where, `is ${beyond} pixels wider than the window`);
      if (pictures !== "-") {
        await page.screenshot({ path: join(pictures, `page-${number}-${view.name}.png`), fullPage: true });
      }
      // The page's own policy lets no script in; what the debugger evaluates is none of the page's.
      await page.evaluate(axe);
      const found = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations", "incomplete"] }));
      for (const violation of found.violations) {
        complain(where, violation.id, violation.help, JSON.stringify(violation.nodes.map((node) => node.html).slice(0, 3)));
      }
      console.log(`${where}: ${found.passes.length} rules kept, ${found.violations.length} broken`);
      if (found.passes.length < 10) complain(where, "axe found next to nothing to look at");
      await page.close();
    }
  }
} finally {
  await browser.close();
  rmSync(profile, { recursive: true, force: true });
}
process.exit(wrong === 0 ? 0 : 1);
