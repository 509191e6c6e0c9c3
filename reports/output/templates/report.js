// The page without this script holds the answer, the tables, the last samples and the small figures.
"use strict";
(() => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const number = new Intl.NumberFormat("en");

  // Tables: a click on a heading puts the best first, another the worst; what has no value stays last.
  const compare = (column, sign) => (one, other) => {
    const [a, b] = [one, other].map((row) => row.cells[column].dataset.value);
    if (a === "" || b === "") return (a === "") - (b === "");
    const order = Number.isNaN(Number(a)) ? a.localeCompare(b) : a - b;
    return sign * order;
  };
  const sort = (heading) => {
    const first = heading.dataset.first ?? "ascending";
    const second = first === "ascending" ? "descending" : "ascending";
    const order = heading.getAttribute("aria-sort") === first ? second : first;
    const body = heading.closest("table").tBodies[0];
    const rows = [...body.rows].sort(compare(heading.cellIndex, order === "ascending" ? 1 : -1));
    all("th[aria-sort]", heading.parentElement).forEach((other) => other.setAttribute("aria-sort", "none"));
    heading.setAttribute("aria-sort", order);
    body.append(...rows);
  };
  all("table.sortable thead button").forEach((button) => {
    button.addEventListener("click", () => sort(button.closest("th")));
  });

  // Samples: one slider for all variants; each shows its last grid at or before the step.
  const slider = document.getElementById("step");
  if (slider) {
    const strips = JSON.parse(document.getElementById("strips").textContent);
    const images = all("img[data-steps]");
    const stepsOf = (image) => image.dataset.steps.split(",").map(Number);
    const steps = [...new Set(images.flatMap(stepsOf))].sort((a, b) => a - b);
    images.forEach((image) => (strips[image.dataset.variant][stepsOf(image).at(-1)] = image.src));
    const show = () => {
      const step = steps[slider.value];
      const text = `${number.format(step)} discriminator updates`;
      document.getElementById("step-text").value = text;
      slider.setAttribute("aria-valuetext", text);
      for (const image of images) {
        const reached = stepsOf(image).filter((own) => own <= step).at(-1);
        image.classList.toggle("absent", reached === undefined);
        if (reached !== undefined) image.src = strips[image.dataset.variant][reached];
      }
    };
    slider.max = steps.length - 1;
    slider.value = slider.max;
    slider.addEventListener("input", show);
    show();
  }

  // Charts: Vega-Lite, drawn as they come into view, and again when the page turns light or dark.
  const highlight = document.getElementById("highlight");
  const views = new Map();
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const css = (text) => {
    const style = getComputedStyle(document.documentElement);
    return text.replace(/var\((--[\w-]+)\)/g, (_, name) => style.getPropertyValue(name).trim());
  };
  const axis = { labelColor: "var(--muted)", titleColor: "var(--text)", gridColor: "var(--rule)",
    domainColor: "var(--faint)", tickColor: "var(--faint)", titleFontWeight: 500, labelFontSize: 11 };
  const legend = { labelColor: "var(--text)", titleColor: "var(--text)", titleFontWeight: 500, labelFontSize: 11,
    symbolStrokeColor: "var(--muted)" };
  const config = { aria: false, background: "transparent", font: "system-ui, sans-serif", view: { stroke: null },
    axis, legend, text: { color: "var(--text)" } };
  const draw = async (figure) => {
    const { spec, columns, rows } = JSON.parse(css(figure.querySelector("script").textContent));
    const title = figure.querySelector("h3").textContent;
    spec.data = { values: rows.map((row) => Object.fromEntries(columns.map((name, i) => [name, row[i]]))) };
    spec.description = title;
    spec.params.find(({ name }) => name === "highlight").value = highlight.value;
    views.get(figure)?.finalize();
    views.set(figure, null);
    const embedded = await vegaEmbed(figure.querySelector(".plot"), spec, {
      // Its expressions are interpreted: the page allows no script that is made while it is shown.
      ast: true, renderer: "svg", config: JSON.parse(css(JSON.stringify(config))), downloadFileName: figure.dataset.chart,
      actions: { export: true, source: false, compiled: false, editor: false },
      tooltip: { theme: dark.matches ? "dark" : "light" },
    });
    views.set(figure, embedded);
    figure.querySelector("summary")?.setAttribute("aria-label", `Save the chart: ${title}`);
    // One picture with a name, whatever roles Vega gives its parts.
    const picture = figure.querySelector(".plot svg.marks");
    picture.setAttribute("role", "img");
    picture.setAttribute("aria-label", title);
    [...picture.children].forEach((part) => part.setAttribute("aria-hidden", "true"));
    embedded.view.addEventListener("click", (_, item) => pick(item?.datum?.variant));
  };
  const pick = (variant) => {
    if (!variant || ![...highlight.options].some((option) => option.value === variant)) return;
    highlight.value = highlight.value === variant ? "" : variant;
    highlight.dispatchEvent(new Event("change"));
  };
  const figures = all("figure.chart");
  const missing = () => figures.filter((figure) => !views.has(figure));
  if (figures.length) {
    const seen = new IntersectionObserver(
      (entries) => entries.filter((entry) => entry.isIntersecting && !views.has(entry.target))
        .forEach((entry) => draw(entry.target)),
      { rootMargin: "400px" },
    );
    figures.forEach((figure) => seen.observe(figure));
    highlight.value = history.state?.highlight ?? "";
    highlight.addEventListener("change", () => {
      // Kept when the page loads itself again while a study runs.
      history.replaceState({ highlight: highlight.value }, "");
      views.forEach((drawn) => drawn?.view.signal("highlight", highlight.value).runAsync());
    });
    const again = () => [...views.keys()].forEach(draw);
    dark.addEventListener("change", again);
    const idle = window.requestIdleCallback ?? ((job) => setTimeout(job, 200));
    const rest = () => { const next = missing()[0]; if (next) { draw(next); idle(rest); } };
    idle(rest);
  }

  // Small figures stand open for paper, and closed on a screen, where the charts say the same.
  const small = all("details.small");
  small.forEach((details) => (details.open = false));
  const forPaper = (paper) => {
    small.forEach((details) => (details.open = paper));
    // Drawn in the colours of paper, whatever those of the screen.
    document.documentElement.classList.toggle("paper", paper);
    (dark.matches ? figures : missing()).forEach(draw);
  };
  addEventListener("beforeprint", () => forPaper(true));
  addEventListener("afterprint", () => forPaper(false));
})();
