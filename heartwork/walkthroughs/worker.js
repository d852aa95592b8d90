/* Keeps the blank page of a walk, and what it needs to look right, for when there is no connection. Never anything that
   somebody wrote or that the server said of anyone. `KEPT` stands above, put there by views.py. */
"use strict";

const NAME = "heartwork-walk-";
const CACHE = NAME + KEPT.version;
const WALK = /\/walkthroughs\/[0-9a-f-]{36}\/walk\/$/;
const PATIENCE = 6000; // ms: a connection that hangs is none

self.addEventListener("install", (event) => {
  const keep = async () => {
    await (await caches.open(CACHE)).addAll([KEPT.blank, ...KEPT.files]);
    await self.skipWaiting();
  };
  event.waitUntil(keep());
});

self.addEventListener("activate", (event) => {
  const tidy = async () => {
    for (const name of await caches.keys()) if (name.startsWith(NAME) && name !== CACHE) await caches.delete(name);
    await self.clients.claim();
  };
  event.waitUntil(tidy());
});

/* What the server says, or, without a connection, what is kept. */
const orKept = async (request, name) => {
  const late = new Promise((resolve) => setTimeout(resolve, PATIENCE));
  const asked = fetch(request).catch(() => undefined);
  const answer = await Promise.race([asked, late]);
  return answer ?? (await (await caches.open(CACHE)).match(name, { ignoreVary: true })) ?? (await asked) ?? Response.error();
};

self.addEventListener("fetch", (event) => {
  const { method, mode, url } = event.request;
  const { pathname } = new URL(url);
  if (method !== "GET") return;
  if (mode === "navigate" && WALK.test(pathname)) event.respondWith(orKept(event.request, KEPT.blank));
  else if (KEPT.files.includes(pathname)) event.respondWith(orKept(event.request, pathname));
});
