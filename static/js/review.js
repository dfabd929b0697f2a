// Keys of the workbench. Everything they do can be done without them.
(function () {
  "use strict";
  var area = document.querySelector("[data-review]");
  if (!area) return;

  function answers() { return Array.prototype.slice.call(area.querySelectorAll("article.answer")); }
  function current() {
    var here = document.activeElement && document.activeElement.closest("article.answer");
    return here && area.contains(here) ? here : null;
  }
  function go(step) {
    var all = answers(), at = all.indexOf(current());
    var next = all[at < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(Math.max(at + step, 0), all.length - 1)];
    if (!next) return;
    all.forEach(function (one) { one.classList.toggle("is-current", one === next); });
    next.focus();
    next.scrollIntoView({ block: "nearest" });
  }

  document.addEventListener("keydown", function (event) {
    var here = current(), form = here && here.querySelector("form");
    if (event.key === "Enter" && event.ctrlKey && form && document.activeElement.name === "reason") {
      event.preventDefault();
      form.requestSubmit();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (/^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName) && event.target.type !== "radio") return;
    var key = event.key.toLowerCase();
    if (key === "j" || key === "k") { event.preventDefault(); go(key === "j" ? 1 : -1); return; }
    if (!form) return;
    if (/^[1-4]$/.test(key)) {
      var choice = form.querySelectorAll("[name=mark]")[Number(key) - 1];
      if (choice) { event.preventDefault(); choice.checked = true; choice.focus(); }
    } else if (key === "r") {
      var reason = form.querySelector("[name=reason]");
      if (reason) { event.preventDefault(); reason.focus(); }
    }
  });
})();
