// Builds static/build/: the style sheets from assets/*.scss and one script from assets/site.js. What has govuk-frontend
// in it carries the notice that its licence asks for; NOTICE has the rest. Then the fonts of PDFs, whole and by themselves.
import { createHash } from "node:crypto";
import { copyFile, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
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

// One file a weight. The two largest families have one weight: theirs are names, and 10 MB a file.
const fonts = path.join(target, "fonts");
const onlyRegular = ["noto-sans-kr", "noto-sans-sc", "noto-emoji"];
const { dependencies } = JSON.parse(await readFile(path.join(project, "package.json"), "utf8"));
const sources = ["DejaVuSans.ttf", "DejaVuSans-Bold.ttf"].map((name) => `dejavu-fonts-ttf/ttf/${name}`);
for (const name of Object.keys(dependencies).filter((name) => name.startsWith("@expo-google-fonts/"))) {
  for (const weight of onlyRegular.includes(path.basename(name)) ? ["400Regular"] : ["400Regular", "700Bold"]) {
    const folder = path.join(name, weight);
    const files = await readdir(path.join(project, "node_modules", folder));
    sources.push(path.join(folder, files.find((file) => file.endsWith(".ttf"))));
  }
}
await mkdir(fonts);
const sums = [];
for (const source of sources.sort()) {
  const content = await readFile(path.join(project, "node_modules", source));
  await writeFile(path.join(fonts, path.basename(source)), content);
  sums.push(`${createHash("sha256").update(content).digest("hex")}  ${path.basename(source)}\n`);
}
await writeFile(path.join(fonts, "SHA256SUMS"), sums.join(""));
await copyFile(path.join(here, "fonts.conf"), path.join(fonts, "fonts.conf"));

console.log(`Built ${sheets.length} style sheets one script and ${sources.length} fonts into static/build/`);
