/* Keeps the page's live part fresh: the socket only says which row changed, the page reads it. */
(function () {
  "use strict";

  const FIRST_WAIT_MS = 1000;
  const LONGEST_WAIT_MS = 30000;
  const GATHER_MS = 250; // a burst of news is one fetch
  const GATHER_ALL_MS = 2000; // a page about everything hears more
  const LOOPBACK = ["localhost", "127.0.0.1", "[::1]"];
  const WORDS = {
    live: "Live: changes appear by themselves",
    offline: "Offline: reload the page to see what is new",
    login: "You are signed out: reload the page to sign in",
  };

  let wait = FIRST_WAIT_MS;
  let wasOpen = false;
  let gathering = null;
  let state = "";

  const part = () => document.getElementById("live");

  function show(next) {
    state = next;
    document.querySelectorAll("[data-live-state]").forEach((line) => {
      line.textContent = WORDS[next] || "";
      line.dataset.liveState = next;
    });
  }

  function address() {
    const given = part().dataset.liveUrl;
    const base = new URL(given || window.location.origin);
    // The cookie belongs to the name in the address bar, not to the machine behind it.
    if (LOOPBACK.includes(base.hostname) && LOOPBACK.includes(window.location.hostname)) {
      base.hostname = window.location.hostname;
    }
    return base.href.replace(/^http/, "ws").replace(/\/+$/, "") + "/ws/office/";
  }

  function isAbout(subject) {
    const wanted = part().dataset.live;
    return wanted === "*" || wanted === subject;
  }

  function freshen() {
    if (gathering === null) {
      gathering = window.setTimeout(() => {
        gathering = null;
        fetchPart();
      }, part().dataset.live === "*" ? GATHER_ALL_MS : GATHER_MS);
    }
  }

  async function fetchPart() {
    const page = part().dataset.livePage;
    if (!page) return; // older messages do not change
    try {
      const answer = await fetch(page, { headers: { "X-Requested-With": "live" } });
      const text = answer.ok ? await answer.text() : "";
      const fresh = new DOMParser().parseFromString(text, "text/html").getElementById("live");
      if (fresh) swap(fresh);
      else show("login");
    } catch {
      show("offline");
    }
  }

  function swap(fresh) {
    const old = part();
    // What somebody is doing in the old part goes on in the new one.
    old.querySelectorAll("details[open][id]").forEach((open) => {
      const same = fresh.querySelector("#" + CSS.escape(open.id));
      if (same) same.open = true;
    });
    const isAtEnd = isScrolledToEnd();
    old.replaceChildren(...fresh.childNodes);
    show(state);
    if (isAtEnd) scrollToEnd();
  }

  const scroller = () => document.querySelector("[data-live-scroll]");

  function isScrolledToEnd() {
    const box = scroller();
    return box !== null && box.scrollHeight - box.scrollTop - box.clientHeight < 80;
  }

  function scrollToEnd() {
    const box = scroller();
    if (box !== null) box.scrollTop = box.scrollHeight;
  }

  function connect() {
    const socket = new WebSocket(address());
    socket.onopen = () => {
      wait = FIRST_WAIT_MS;
      show("live");
      // Nothing is kept for who was away.
      if (wasOpen) freshen();
      wasOpen = true;
    };
    socket.onmessage = (event) => {
      if (isAbout(JSON.parse(event.data).subject)) freshen();
    };
    socket.onclose = () => {
      show("offline");
      window.setTimeout(connect, wait * (0.5 + Math.random()));
      wait = Math.min(wait * 2, LONGEST_WAIT_MS);
    };
  }

  document.addEventListener("DOMContentLoaded", () => {
    if (part() === null) return;
    if (!window.location.hash) scrollToEnd();
    connect();
  });
})();
