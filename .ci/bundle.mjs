/**
 * Joins the modules that the compiler left in build/ into few files in dist/: to read 350 small ones took Node longer
 * than to judge a small capture. Packages stay outside. What commands load when they need it stays apart in
 * dist/chunks/, which lies as deep as the folders of src/: a URL relative to a module, such as `../../package.json`,
 * means the same file in src, build and dist.
 */
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";

const at = path => fileURLToPath(new URL(`../${path}`, import.meta.url));

/** What is started or imported from outside. */
const ENTRIES = ["main", "index", "capture/cap-process", "capture/cap-writer", "capture/supervisor"];
/** The name of a package: what is neither relative nor absolute. */
const PACKAGE = /^[@a-z][^:]*$/;

const bundle = await rolldown({
  input: Object.fromEntries(ENTRIES.map(entry => [entry, at(`build/${entry}.js`)])),
  platform: "node",
  external: PACKAGE,
});
const { output } = await bundle.write({ dir: at("dist"), chunkFileNames: "chunks/[name].js" });
await bundle.close();
for (const { fileName, code } of output)
  if (!fileName.includes("/") && code.includes("import.meta.url"))
    throw new Error(`${fileName} names files relative to a module that lay one folder deeper`);
