/**
 * Draws `media/icon.png`: a sluice gate, half raised, and the water that it lets through in an even stream.
 * Plain arithmetic over pixels, so that the picture is made from text like everything else here.
 */
import { writeFileSync } from "node:fs";
import { encodeRgba } from "./png.mjs";

const size = 256;
const samples = 4;

const background = [11, 46, 79];
const post = [222, 233, 242];
const gate = [255, 176, 59];
const rib = [214, 138, 22];
const deep = [43, 132, 199];
const light = [120, 198, 245];

const inBox = (x, y, left, top, right, bottom, radius) => {
  const dx = Math.max(left + radius - x, 0, x - (right - radius));
  const dy = Math.max(top + radius - y, 0, y - (bottom - radius));
  return x >= left && x <= right && y >= top && y <= bottom && dx * dx + dy * dy <= radius * radius;
};
const wave = (x, middle, height, shift) => middle + height * Math.sin((x + shift) / 13);

/** The colour at a point, or undefined outside the rounded square. Coordinates run from 0 to 256. */
function colourAt(x, y) {
  if (!inBox(x, y, 4, 4, 252, 252, 44)) return undefined;
  if (inBox(x, y, 58, 34, 198, 48, 5)) return post;
  if (inBox(x, y, 48, 40, 68, 232, 6) || inBox(x, y, 188, 40, 208, 232, 6)) return post;
  if (inBox(x, y, 122, 48, 134, 66, 0)) return post;
  if (inBox(x, y, 76, 64, 180, 138, 6)) return [88, 112].some((at) => y > at && y < at + 8) ? rib : gate;
  const held = x < 58 || x > 198;
  if (held) return y > wave(x, 92, 5, 0) && y < 232 ? (y < wave(x, 112, 5, 20) ? light : deep) : background;
  if (y > wave(x, 168, 6, 6) && y < 232) return y > wave(x, 196, 5, 24) ? deep : light;
  return background;
}

function pixel(column, row) {
  const sum = [0, 0, 0, 0];
  for (let i = 0; i < samples * samples; i++) {
    const colour = colourAt(
      (column + ((i % samples) + 0.5) / samples) * (256 / size),
      (row + (Math.floor(i / samples) + 0.5) / samples) * (256 / size),
    );
    if (colour === undefined) continue;
    for (let channel = 0; channel < 3; channel++) sum[channel] += colour[channel];
    sum[3] += 1;
  }
  const covered = sum[3] || 1;
  return [
    ...sum.slice(0, 3).map((value) => Math.round(value / covered)),
    Math.round((sum[3] * 255) / samples ** 2),
  ];
}

const pixels = Buffer.from(
  Array.from({ length: size * size }, (_, i) => pixel(i % size, Math.floor(i / size))).flat(),
);
writeFileSync(new URL("../media/icon.png", import.meta.url), encodeRgba(size, size, pixels));
