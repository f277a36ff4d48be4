// What the terminal shows: styles, code frames, tables.

import { styleText } from "node:util";

const coloured = process.stdout.isTTY === true && !process.env.NO_COLOR && process.env.TERM !== "dumb";

const styled = (format) => (text) => (coloured ? styleText(format, text, { validateStream: false }) : text);

/** Styles that do nothing unless the output is a terminal. */
export const style = {
  bold: styled("bold"),
  dim: styled("dim"),
  red: styled("red"),
  green: styled("green"),
  yellow: styled("yellow"),
  cyan: styled("cyan"),
};

/** How wide to write: the terminal's width, within reason; the same everywhere when it is not a terminal. */
const width = Math.max(60, Math.min(process.stdout.columns || 110, 110));

/**
 * A finding as people read it: where, what, and the lines of code around it.
 *
 * @param message - ESLint's message: 1-based lines and columns.
 * @param text - The file's text.
 * @param name - The file's name as shown.
 */
export function renderFinding(message, text, name) {
  const place = `${name}:${message.line}:${message.column}`;
  const rule = message.ruleId ?? "";
  return [
    `${style.cyan(place)}  ${style.dim(rule)}`,
    ...wrap(message.message, width - 2).map((line) => `  ${line}`),
    "",
    ...codeFrame(text, message),
    "",
  ].join("\n");
}

/** The marked lines with two around them, numbered, and a line of carets under the mark. */
export function codeFrame(text, { line, column, endLine, endColumn }) {
  const lines = text.trimEnd().split(/\r\n|\r|\n/u);
  const first = Math.max(1, line - 2);
  const last = Math.min(lines.length, line + 2);
  const gutter = String(last).length;
  const frame = [];
  for (let number = first; number <= last; number++) {
    const source = lines[number - 1];
    const marked = number === line;
    const margin = `${marked ? ">" : " "} ${String(number).padStart(gutter)} |`;
    frame.push(`  ${style.dim(margin)} ${clip(source)}`.trimEnd());
    if (!marked) continue;
    const end = endLine === line && endColumn > column ? endColumn : source.length + 1;
    // Tabs stay tabs, so that the carets stand under the code.
    const before = source.slice(0, column - 1).replaceAll(/[^\t]/gu, " ");
    if (before.length > width) continue;
    const carets = "^".repeat(Math.max(1, Math.min(end - column, width - before.length)));
    frame.push(`  ${style.dim(`  ${" ".repeat(gutter)} |`)} ${before}${style.red(carets)}`);
  }
  return frame;
}

/** Long lines are cut: a frame is to be looked at. */
function clip(source) {
  return source.length > width * 2 ? `${source.slice(0, width * 2)}…` : source;
}

function wrap(text, limit) {
  const lines = [];
  let current = "";
  for (const word of text.split(" ")) {
    if (current !== "" && current.length + 1 + word.length > limit) {
      lines.push(current);
      current = word;
    } else {
      current = current === "" ? word : `${current} ${word}`;
    }
  }
  lines.push(current);
  return lines;
}

/**
 * Rows side by side, numbers to the right.
 *
 * @param header - Column titles; the first is the rows' own.
 * @param rows - As many cells as the header has.
 */
export function renderTable(header, rows) {
  const widths = header.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column].length)),
  );
  const line = (cells) =>
    `  ${cells.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column]))).join("   ")}`.trimEnd();
  return [style.bold(line(header)), ...rows.map(line)].join("\n");
}

/** `1 file`, `2 files`. */
export function count(number, noun) {
  return `${number.toLocaleString("en-US")} ${noun}${number === 1 ? "" : "s"}`;
}
