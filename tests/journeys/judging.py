"""What is wrong with an open page: what axe finds, in both colours, and what is wider than a phone."""

from __future__ import annotations

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

SERIOUS = ["serious", "critical"]
WIDTHS = (390, 320)

#: Of brothers that differ in nothing but their words, two stay: the rows of a table are judged once, not a hundred
#: times. What a label, a heading or another element refers to stays with it.
ONE_OF_A_KIND = """() => {
  const NAMES = ['for', 'aria-labelledby', 'aria-describedby', 'aria-controls', 'aria-owns', 'headers', 'list', 'form'];
  const refers = new Map();
  for (const name of NAMES) for (const one of document.querySelectorAll(`[${name}]`))
    for (const id of one.getAttribute(name).split(/\\s+/)) refers.set(id, [...(refers.get(id) || []), one]);
  const free = (gone) => [...refers].every(([id, ones]) => {
    const target = document.getElementById(id);
    return !target || ones.every((one) => gone.contains(target) === gone.contains(one));
  });
  const shapes = new Map();
  const shape = (one) => {
    const said = [...one.attributes].map(({name, value}) =>
      /^(class|role|type|lang|hidden|scope|colspan|rowspan|tabindex|disabled|checked|aria-(?!label|desc|contr|owns).*)$/.test(name)
        ? `${name}=${value}` : `${name}${value === '' ? '=' : ''}`);
    const words = [...one.childNodes].some((n) => n.nodeType === 3 && n.data.trim()) ? 'words' : '';
    const made = `<${one.localName} ${said.sort().join(' ')}>${words}${[...one.children].map(shape).join('')}</>`;
    shapes.set(one, made);
    return made;
  };
  shape(document.body);
  const thin = (parent) => {
    const met = new Map();
    for (const child of [...parent.children]) {
      const times = (met.get(shapes.get(child)) || 0) + 1;
      met.set(shapes.get(child), times);
      if (times > 2 && free(child)) child.remove(); else thin(child);
    }
  };
  thin(document.body);
}"""

RUN = """([options, serious]) => axe.run(document, {...options, resultTypes: ['violations'], preload: false}).then(
  (found) => found.violations.filter((v) => serious.includes(v.impact)).map((v) => `${v.id}: ${v.nodes[0].target}`)
)"""


def faults_of(page: Page) -> list[str]:
    """What axe calls serious or critical, with the element."""
    page.evaluate(AXE_SCRIPT)
    return _run(page, {})


def faults_in_both_colours(page: Page) -> list[str]:
    """The same, and again in the dark, which differs in its colours alone. Leaves the page without its repetitions."""
    page.evaluate(ONE_OF_A_KIND)
    faults = faults_of(page)
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")  # colours change at once
    faults += [f"in the dark, {fault}" for fault in _run(page, {"runOnly": ["color-contrast"]})]
    page.emulate_media(color_scheme="light", reduced_motion="no-preference")
    return faults


def _run(page: Page, options: dict[str, object]) -> list[str]:
    found: list[str] = page.evaluate(RUN, [options, SERIOUS])
    return found


def too_wide(page: Page) -> list[str]:
    wide = []
    before = page.viewport_size
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 844})
        overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if overflow > 0:
            wide.append(f"{overflow} px too wide at {width}")
    page.set_viewport_size(before)
    return wide
