// What Material leaves out: a name for the search, keys for code that is wider than its box, and that a copy button is no navigation.
document.querySelector(".md-search")?.setAttribute("aria-label", "Search")
const tell = () => {
  for (const code of document.querySelectorAll("pre > code")) code.tabIndex = 0
  for (const buttons of document.querySelectorAll("nav.md-code__nav:not([role])")) buttons.setAttribute("role", "presentation")
}
tell()
new MutationObserver(tell).observe(document.body, { childList: true, subtree: true })
