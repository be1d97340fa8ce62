import { defineConfig } from "vite";

// `npm run dev` serves the pages with hot reload and passes every call on to a running `bot-runtime dev`.
const server = process.env.BOT_URL ?? "http://127.0.0.1:8080";

export default defineConfig({
  base: "/console/",
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    outDir: "../static",
    emptyOutDir: true,
    target: ["chrome123", "firefox121", "safari17.5"],
    assetsInlineLimit: 0,
    license: { fileName: "third-party.md" }, // of what the bundle carries, as its licences ask
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 400,
  },
  server: {
    proxy: {
      "/dev/api": { target: server, ws: true },
      "/test": server,
    },
  },
});
