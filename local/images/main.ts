import { ensureImages } from "./index.ts";

// `node local/images/main.ts [name...]`: builds images by hand and loads them into the local cluster.
const names = process.argv.slice(2);
await ensureImages(names.length > 0 ? names : undefined);
