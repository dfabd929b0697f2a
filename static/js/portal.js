// What plain pages cannot do; every page works without it.
(() => {
  "use strict";
  const all = (css, root = document) => [...root.querySelectorAll(css)];
  const on = (names, act) => names.split(" ").forEach((name) => document.addEventListener(name, act));
  const csrf = () => ({ "X-CSRFToken": all("[name=csrfmiddlewaretoken]")[0]?.value || "" });

  const say = (words) => {
    const live = document.getElementById("live");
    live.textContent = "";
    if (words) setTimeout(() => (live.textContent = words.trim()), 60);
  };
  const focus = (el) => {
    if (!el) return;
    if (el.tabIndex < 0) el.tabIndex = -1;
    el.focus();
  };

  // Menus close; links of an error summary lead to fields.
  on("click", (e) => {
    all("details.drop[open]").forEach((d) => (d.open = d.contains(e.target)));
    const link = e.target.closest('.error-summary a[href^="#"]');
    const field = link && document.getElementById(link.hash.slice(1));
    if (!field) return;
    e.preventDefault();
    (field.closest(".field") || field).scrollIntoView();
    focus(field);
  });
  on("keydown", (e) => {
    const menu = e.key === "Escape" && document.activeElement.closest("details.drop[open]");
    if (!menu) return;
    menu.open = false;
    menu.firstElementChild.focus();
  });

  // A form is sent once; its button says so.
  const release = (form) => {
    delete form.dataset.sent;
    all("[data-was]", form).forEach((button) => {
      button.disabled = false;
      button.textContent = button.dataset.was;
      delete button.dataset.was;
    });
  };
  on("submit", (e) => {
    const form = e.target, button = e.submitter;
    if (form.method !== "post") return;
    if (form.dataset.sent) return e.preventDefault();
    form.dataset.sent = "yes";
    if (button?.dataset.busy) setTimeout(() => {
      button.dataset.was = button.textContent;
      button.textContent = button.dataset.busy;
      button.disabled = true;
    });
  });
  addEventListener("pageshow", () => all("form[data-sent]").forEach(release));

  // Parts swapped by htmx.
  on("htmx:configRequest", (e) => {
    Object.assign(e.detail.headers, csrf());
    // A press that waited for an autosave to end is still a press of that button, wherever the focus is by then.
    const pressed = e.detail.triggeringEvent?.submitter;
    if (pressed?.name) e.detail.parameters[pressed.name] = pressed.value;
  });
  on("htmx:beforeRequest", (e) => {
    e.detail.target.ariaBusy = "true";
    all(".failure").forEach((panel) => panel.remove());
  });
  on("htmx:afterRequest", (e) => {
    e.detail.target.ariaBusy = null;
    all("form[data-sent]").forEach(release);
  });
  on("htmx:afterSettle", (e) => {
    const part = e.target, { triggeringEvent } = e.detail.requestConfig || {};
    const find = (css) => (part.matches(css) ? part : part.querySelector(css));
    const news = find("[data-announce]");
    if (news) say(news.dataset.announce);
    const lost = document.activeElement === document.body && /click|submit|change/.test(triggeringEvent?.type);
    focus(find("[data-focus]") || (lost && (find("h1, h2, h3") || part)));
  });
  // Whoever signed in again has a new token; this page takes it over and keeps what was typed.
  const renewToken = async () => {
    const page = new DOMParser().parseFromString(await (await fetch(location.href)).text(), "text/html");
    const fresh = all("[name=csrfmiddlewaretoken]", page)[0]?.value;
    if (fresh) all("[name=csrfmiddlewaretoken]").forEach((field) => (field.value = fresh));
  };
  on("htmx:responseError htmx:sendError htmx:timeout", (e) => {
    const { elt, target, xhr, requestConfig: { triggeringEvent } } = e.detail;
    const panel = document.getElementById("failure").content.firstElementChild.cloneNode(true);
    all("[data-when]", panel).forEach((words) => (words.hidden = (words.dataset.when === "signed-out") !== (xhr?.status === 401)));
    all("button", panel)[0].onclick = async () => {
      if ([401, 403].includes(xhr?.status)) await renewToken().catch(() => {});
      panel.remove();
      elt.requestSubmit ? elt.requestSubmit() : htmx.trigger(elt, triggeringEvent?.type || "click");
    };
    (target.closest("table, ul, ol, dl, svg") || target).before(panel);
    focus(panel);
  });

  // Drafts: <form data-autosave="address"> sends itself.
  all("form[data-autosave]").forEach((form) => {
    const line = all("[data-autosave-line]")[0] || document.createElement("p");
    let wait, asked = 0;
    const show = (state) => {
      const news = !["saving", line.dataset.kind].includes(state);
      line.dataset.state = state;
      if (news) say(all("." + (line.dataset.kind = state), line)[0]?.textContent);
    };
    const save = async () => {
      const turn = ++asked, body = new FormData(form);
      all("[type=file]", form).forEach((file) => body.delete(file.name));
      show("saving");
      try {
        const headers = { "X-Autosave": "1", ...csrf() };
        const answer = await fetch(form.dataset.autosave || form.action, { method: "POST", body, headers });
        if (turn !== asked) return;
        if (answer.redirected && answer.url.includes("/sign-in/")) return show("signed-out");
        if ([409, 423].includes(answer.status)) return show("locked");
        if (!answer.ok) throw answer;
        const now = new Date().toLocaleTimeString("en-GB", { timeZone: "Europe/London" });
        all("[data-saved-at]", line).forEach((at) => (at.textContent = answer.headers.get("X-Saved-At") || now));
        show("saved");
      } catch {
        show("unsaved");
        soon(10000);
      }
    };
    const soon = (ms) => (clearTimeout(wait), (wait = setTimeout(save, ms)));
    form.addEventListener("change", () => soon(400));
    form.addEventListener("submit", () => (clearTimeout(wait), asked++));
  });

  focus(all(".error-summary[tabindex]")[0]);
})();
