// What plain pages cannot do by themselves. Every page works without this file.
(() => {
  "use strict";
  const all = (css, root = document) => [...root.querySelectorAll(css)];
  const on = (name, act) => document.addEventListener(name, act);
  const token = () => document.querySelector("[name=csrfmiddlewaretoken]")?.value || "";

  // One polite voice for the whole page.
  const say = (words) => {
    const live = document.getElementById("live");
    if (!live || !words) return;
    live.textContent = "";
    setTimeout(() => (live.textContent = words), 60);
  };

  const focus = (el) => {
    if (!el) return;
    if (el.tabIndex < 0) el.tabIndex = -1;
    el.focus();
  };

  // A link of an error summary leads to the field, not just near it.
  on("click", (e) => {
    const link = e.target.closest('.error-summary a[href^="#"]');
    const field = link && document.getElementById(link.hash.slice(1));
    if (!field) return;
    e.preventDefault();
    (field.closest(".field") || field).scrollIntoView();
    focus(field);
  });

  // Open menus close with Escape, or by a press elsewhere.
  const close = (except) => all("details.drop[open]").forEach((d) => d !== except && (d.open = false));
  on("click", (e) => close(e.target.closest("details.drop")));
  on("keydown", (e) => {
    const open = e.key === "Escape" && document.activeElement.closest("details.drop[open]");
    if (!open) return;
    open.open = false;
    open.querySelector("summary").focus();
  });

  // A form is sent once: the pressed button is switched off and says so.
  const release = (form) => {
    delete form.dataset.sent;
    all("[data-was]", form).forEach((b) => {
      b.disabled = false;
      b.textContent = b.dataset.was;
      delete b.dataset.was;
    });
  };
  on("submit", (e) => {
    const form = e.target, button = e.submitter;
    if (form.method !== "post") return;
    if (form.dataset.sent) return e.preventDefault();
    form.dataset.sent = "1";
    if (button?.dataset.busy) setTimeout(() => {
      button.dataset.was = button.textContent;
      button.textContent = button.dataset.busy;
      button.disabled = true;
    });
  });
  addEventListener("pageshow", () => all("form[data-sent]").forEach(release));

  // htmx: the token, busy regions, where the focus goes, what is said.
  on("htmx:configRequest", (e) => (e.detail.headers["X-CSRFToken"] = token()));
  on("htmx:beforeRequest", (e) => {
    e.detail.target.setAttribute("aria-busy", "true");
    all(".failure").forEach((panel) => panel.remove());
  });
  on("htmx:afterRequest", (e) => {
    e.detail.target.removeAttribute("aria-busy");
    const form = e.detail.elt.closest?.("form");
    if (form) release(form);
  });
  on("htmx:afterSettle", (e) => {
    const part = e.target;
    const find = (css) => (part.matches(css) ? part : part.querySelector(css));
    say(find("[data-announce]")?.dataset.announce);
    const lost = document.activeElement === document.body && /click|submit|change/.test(e.detail.requestConfig?.triggeringEvent?.type);
    focus(find("[data-focus]") || (lost && (find("h1, h2, h3") || part)));
  });
  const failed = (e) => {
    const { elt, target, requestConfig } = e.detail;
    const panel = document.getElementById("failure").content.firstElementChild.cloneNode(true);
    panel.querySelector("[data-try-again]").onclick = () => {
      panel.remove();
      if (elt.requestSubmit) elt.requestSubmit();
      else htmx.trigger(elt, requestConfig?.triggeringEvent?.type || "click");
    };
    (target.closest("table, ul, ol, dl, svg") || target).before(panel);
    focus(panel);
    say(panel.querySelector("h2").textContent);
  };
  ["responseError", "sendError", "timeout"].forEach((kind) => on("htmx:" + kind, failed));

  // Drafts: <form data-autosave="address"> sends itself a moment after a change.
  const clock = () => new Date().toLocaleTimeString("en-GB", { timeZone: "Europe/London" });
  all("form[data-autosave]").forEach((form) => {
    const line = document.querySelector("[data-autosave-line]");
    let wait, asked = 0;
    const show = (state) => {
      if (!line) return;
      const fresh = line.dataset.state !== state && state !== "saving";
      line.dataset.state = state;
      if (fresh) say(line.querySelector("." + state)?.textContent);
    };
    const save = async () => {
      const turn = ++asked;
      show("saving");
      try {
        const body = new FormData(form);
        all("input[type=file]", form).forEach((f) => body.delete(f.name));
        const answer = await fetch(form.dataset.autosave || form.action, {
          method: "POST", body, headers: { "X-Autosave": "1", "X-CSRFToken": token() },
        });
        if (turn !== asked) return;
        if (answer.redirected && answer.url.includes("/sign-in/")) return show("signed-out");
        if (answer.status === 409 || answer.status === 423) return show("locked");
        if (!answer.ok) throw answer;
        const at = line?.querySelector("[data-saved-at]");
        if (at) at.textContent = answer.headers.get("X-Saved-At") || clock();
        show("saved");
      } catch {
        show("unsaved");
        wait = setTimeout(save, 10000);
      }
    };
    form.addEventListener("change", () => (clearTimeout(wait), wait = setTimeout(save, 400)));
    form.addEventListener("submit", () => (clearTimeout(wait), asked++));
    addEventListener("online", () => line?.dataset.state === "unsaved" && save());
  });

  focus(document.querySelector(".error-summary[tabindex]"));
})();
