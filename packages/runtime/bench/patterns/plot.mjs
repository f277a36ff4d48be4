// Plots as SVG, with nothing but text: to be looked at in a browser and on GitHub, in light and dark.
const colours = ["#888888", "#c2571a", "#8a5fbf", "#1a7f5a", "#2a6fc9", "#b03060"];
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
      `<rect x="218" y="${y}" width="${width.toFixed(1)}" height="17" fill="${colours[4]}"/>`,
      `<text x="${(224 + width).toFixed(1)}" y="${y + 13}">${shown}</text>`,
    ].join("\n");
  });
  return svg(700, 44 + rows.length * 24, title, lines);
}

/** Lines over time. `series` are `{ name, values }`, a value each `everyS` seconds; `steps` is drawn dotted behind them. */
export function lines({ title, unit, everyS, series, steps }) {
  const all = [...series, steps];
  const most = 1.05 * Math.max(...all.flatMap(({ values }) => values));
  const count = Math.max(...all.map(({ values }) => values.length));
  const x = (i) => (50 + (i / (count - 1)) * 480).toFixed(1);
  const y = (value) => (260 - (value / most) * 220).toFixed(1);
  const path = (values) => values.map((value, i) => `${i === 0 ? "M" : "L"}${x(i)},${y(value)}`).join("");
  const grid = [0, 0.25, 0.5, 0.75, 1].map((share) => {
    const value = Math.round(share * most);
    return `<path d="M50,${y(value)}H530" stroke="#8884"/><text x="44" y="${y(value)}" text-anchor="end">${value}</text>`;
  });
  const seconds = Array.from({ length: 7 }, (_, i) => Math.round((i * (count - 1)) / 6));
  const axis = seconds.map(
    (i) => `<text x="${x(i)}" y="278" text-anchor="middle">${(i * everyS).toFixed(0)} s</text>`,
  );
  const drawn = series.map(({ name, values }, i) => {
    const colour = colours[i % colours.length];
    return (
      `<path d="${path(values)}" fill="none" stroke="${colour}" stroke-width="1.8"/>` +
      `<text x="540" y="${60 + i * 18}" style="fill: ${colour}">${escape(name)}</text>`
    );
  });
  const dotted =
    `<path d="${path(steps.values)}" fill="none" stroke="#777" stroke-dasharray="2 3"/>` +
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
