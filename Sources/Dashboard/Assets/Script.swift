// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// What keeps a page up to date.
///
/// Everything works without it, by asking again.
///
/// All tabs of a browser share one stream of events, which one of them holds: browsers open six connections to a server at
/// a time, and a stream keeps one of them for good. Who holds it is decided by a lock; the others hear of events over a
/// channel. Where the browser has no locks, as on a page that came without encryption from another machine, each tab asks
/// now and then instead.
enum Script {
    static let text = """
        "use strict";
        (() => {
          const root = document.documentElement;
          const base = new URL(root.dataset.root, location.href);
          const name = "bitsweep " + base.pathname;
          const announcement = document.querySelector("[data-announcement]");
          const connection = document.querySelector("[data-connection]");
          const refreshEvery = 5000, announceEvery = 10000, askEvery = 5000;
          let refreshed = Date.now(), isDirty = false, isBusy = false, announced = 0, etag = "", latest = null;

          function show(status) {
            latest = status;
            for (const node of document.querySelectorAll("[data-run]")) {
              const run = status.runs[node.dataset.run];
              if (!run) continue;
              if (node.localName === "progress") { node.value = run.share; continue; }
              const text = run.fields[node.dataset.field];
              if (text !== undefined && node.textContent !== text) node.textContent = text;
              const badge = node.closest("[data-badge]");
              if (badge && node.dataset.field === "state") badge.dataset.badge = text;
            }
            announce(status);
          }

          function announce(status) {
            if (Date.now() - announced < announceEvery) return;
            const shown = new Set(Array.from(document.querySelectorAll("[data-run]"), (node) => node.dataset.run));
            const lines = Object.entries(status.runs).filter(([id]) => shown.has(id)).map(([, run]) => run.announcement);
            if (!lines.length || announcement.textContent === lines.join(". ")) return;
            announcement.textContent = lines.join(". ");
            announced = Date.now();
          }

          function say(text) {
            connection.textContent = text;
            connection.hidden = text === "";
          }

          function tell(text) {
            say("");
            show(JSON.parse(text));
            isDirty = true;
          }

          // Parts of the page that the server makes again: where the reader is, and what is open, stays.
          async function refresh() {
            if (isBusy || !isDirty || document.hidden || Date.now() - refreshed < refreshEvery) return;
            isBusy = true;
            try {
              const answer = await fetch(location.href, { headers: etag ? { "If-None-Match": etag } : {}, cache: "no-store" });
              refreshed = Date.now();
              isDirty = false;
              if (answer.status === 304 || !answer.ok) return;
              etag = answer.headers.get("ETag") || "";
              const page = new DOMParser().parseFromString(await answer.text(), "text/html");
              for (const part of document.querySelectorAll("[data-part]")) replace(part, page.getElementById(part.id));
              const time = document.querySelector("footer time"), newer = page.querySelector("footer time");
              if (time && newer) { time.textContent = newer.textContent; time.dateTime = newer.dateTime; }
              if (latest) show(latest);
            } catch {
              say("no connection; what is shown may be old");
            } finally {
              isBusy = false;
            }
          }

          function replace(part, newer) {
            if (!newer || part.innerHTML === newer.innerHTML) return;
            const selection = getSelection();
            if (selection && !selection.isCollapsed && part.contains(selection.anchorNode)) return;
            const active = part.contains(document.activeElement) ? place(part, document.activeElement) : null;
            const open = Array.from(part.querySelectorAll("details"), (node) => node.open);
            const scrolled = Array.from(part.querySelectorAll(".scroll"), (node) => node.scrollLeft);
            part.replaceChildren(...newer.childNodes);
            part.querySelectorAll("details").forEach((node, index) => { node.open = open[index] || false; });
            part.querySelectorAll(".scroll").forEach((node, index) => { node.scrollLeft = scrolled[index] || 0; });
            if (active) { const again = active(); if (again) again.focus({ preventScroll: true }); }
          }

          function place(part, node) {
            const address = node.getAttribute("href");
            const kind = node.localName, index = Array.from(part.querySelectorAll(kind)).indexOf(node);
            return () => {
              const all = Array.from(part.querySelectorAll(kind));
              return all.find((other) => address !== null && other.getAttribute("href") === address) || all[index];
            };
          }

          function follow(channel) {
            const source = new EventSource(new URL("events", base));
            return new Promise((done) => {
              source.onmessage = (event) => {
                tell(event.data);
                if (channel) channel.postMessage(event.data);
              };
              source.onerror = () => {
                say("connection lost; trying again");
                // Closed for good: too many viewers, or no access any more.
                if (source.readyState === EventSource.CLOSED) done();
              };
              addEventListener("pagehide", () => { source.close(); done(); }, { once: true });
            });
          }

          async function ask() {
            try {
              const answer = await fetch(new URL("status.json", base), { cache: "no-store" });
              if (answer.ok) {
                const text = await answer.text();
                if (text !== ask.last) { ask.last = text; tell(text); } else { say(""); }
              }
            } catch {
              say("no connection; what is shown may be old");
            }
          }

          async function share() {
            const channel = new BroadcastChannel(name);
            channel.onmessage = (event) => tell(event.data);
            await navigator.locks.request(name, () => follow(channel));
            channel.close();
          }

          function poll() { if (!document.hidden) ask(); setTimeout(poll, askEvery); }

          setInterval(refresh, 1000);
          addEventListener("visibilitychange", () => { if (!document.hidden) { isDirty = true; ask(); } });
          if (window.EventSource && window.BroadcastChannel && navigator.locks) share().then(poll, poll);
          else poll();
        })();

        """
}
