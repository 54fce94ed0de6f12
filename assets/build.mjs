// Builds static/build/: the style sheets from assets/*.scss and one script from assets/site.js. What has govuk-frontend
// in it carries the notice that its licence asks for; NOTICE has the rest.
import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import path from "node:path";
import * as esbuild from "esbuild";
import * as sass from "sass";

const here = path.dirname(fileURLToPath(import.meta.url));
const project = path.dirname(here);
const target = path.join(project, "static", "build");
const notice = "/*! Includes govuk-frontend, Copyright (c) 2017 Crown Copyright, MIT licence */";

await rm(target, { recursive: true, force: true });
await mkdir(target, { recursive: true });

const sheets = (await readdir(here)).filter((name) => name.endsWith(".scss") && !name.startsWith("_"));
for (const name of sheets) {
  const { css } = sass.compile(path.join(here, name), {
    loadPaths: [path.join(project, "node_modules")],
    quietDeps: true,
    style: "expanded",
  });
  const { code } = await esbuild.transform(css, {
    loader: "css",
    minify: true,
    legalComments: "none",
    target: ["chrome100", "firefox100", "safari15"],
  });
  await writeFile(path.join(target, name.replace(/\.scss$/, ".css")), code.includes("govuk-") ? `${code}${notice}\n` : code);
}

await esbuild.build({
  entryPoints: [path.join(here, "site.js")],
  outfile: path.join(target, "site.js"),
  nodePaths: [path.join(project, "node_modules")],
  bundle: true,
  minify: true,
  legalComments: "none",
  banner: { js: notice },
  format: "iife",
  target: ["chrome100", "firefox100", "safari15"],
});

console.log(`Built ${sheets.length} style sheets and one script into static/build/`);
