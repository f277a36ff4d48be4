// Plots as SVG, with nothing but text: to be looked at in a browser and on GitHub, in light and dark.
const colours = ["#2a6fc9", "#1a7f5a", "#c2571a", "#8a5fbf", "#b03060", "#888888"];
const style = "font: 12px sans-serif; fill: #777";

/** Bars, one below the other. `rows` are `[name, value]`. */
export function bars({ title, unit, rows }) {
  const most = Math.max(...rows.map(([, value]) => value));
  const lines = rows.map(([name, value], i) => {
    const y = 34 + i * 24;
    const width = Math.max(1, (value / most) * 380);
    const shown = `${value >= 100 ? Math.round(value) : value.toFixed(1)} ${unit}`;
    return [
      `<text x="210" y="${y + 13}" text-anchor="end">${escape(name)}</text>`,
      `<rect x="218" y="${y}" width="${width.toFixed(1)}" height="17" fill="${colours[0]}"/>`,
      `<text x="${(224 + width).toFixed(1)}" y="${y + 13}">${shown}</text>`,
    ].join("\n");
  });
  return svg(700, 44 + rows.length * 24, title, lines);
}

/** Lines over time. `series` are `{ name, points }`, of seconds and values; `steps` is one more, drawn dotted. */
export function lines({ title, unit, series, steps }) {
  const points = [...series, steps].flatMap((one) => one.points);
  const highest = 1.05 * Math.max(...points.map(([, value]) => value));
  const step = [1, 2, 5]
    .map((digit) => digit * 10 ** Math.floor(Math.log10(highest / 4)))
    .findLast((each) => each < highest / 3);
  const most = Math.ceil(highest / step) * step;
  const end = Math.max(...points.map(([second]) => second));
  const x = (second) => (50 + (second / end) * 480).toFixed(1);
  const y = (value) => (260 - (value / most) * 220).toFixed(1);
  const path = (one) => `M${one.points.map(([second, value]) => `${x(second)},${y(value)}`).join("L")}`;
  const grid = Array.from({ length: most / step + 1 }, (_, i) => {
    const at = y(i * step);
    return `<path d="M50,${at}H530" stroke="#8884"/><text x="44" y="${at}" text-anchor="end">${i * step}</text>`;
  });
  const axis = Array.from({ length: Math.floor(end / 10) + 1 }, (_, i) => {
    return `<text x="${x(i * 10)}" y="278" text-anchor="middle">${i * 10} s</text>`;
  });
  const drawn = series.map((one, i) => {
    const colour = colours[i % colours.length];
    return (
      `<path d="${path(one)}" fill="none" stroke="${colour}" stroke-width="1.8"/>` +
      `<text x="540" y="${60 + i * 18}" style="fill: ${colour}">${escape(one.name)}</text>`
    );
  });
  const dotted =
    `<path d="${path(steps)}" fill="none" stroke="#777" stroke-dasharray="2 3"/>` +
    `<text x="540" y="${60 + series.length * 18}">${escape(steps.name)}</text>`;
  return svg(700, 290, `${title} (${unit})`, [...grid, ...axis, dotted, ...drawn]);
}

function svg(width, height, title, parts) {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" role="img">`,
    `<title>${escape(title)}</title>`,
    `<g style="${style}">`,
    `<text x="10" y="18" style="font-weight: bold">${escape(title)}</text>`,
    ...parts,
    "</g>",
    "</svg>",
    "",
  ].join("\n");
}

function escape(text) {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}
