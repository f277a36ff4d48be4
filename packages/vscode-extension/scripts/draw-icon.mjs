/**
 * Draws `media/icon.png`: a sluice gate, half raised, and the water that it lets through in an even stream.
 * Plain arithmetic over pixels, so that the picture is made from text like everything else here.
 */
import { writeFileSync } from "node:fs";
import { deflateSync } from "node:zlib";

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

function crc32(bytes) {
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}

function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type, "ascii"), data]);
  const framed = Buffer.alloc(body.length + 8);
  framed.writeUInt32BE(data.length, 0);
  body.copy(framed, 4);
  framed.writeUInt32BE(crc32(body), body.length + 4);
  return framed;
}

const rows = Array.from({ length: size }, (_, row) =>
  Buffer.from([0, ...Array.from({ length: size }, (_, column) => pixel(column, row)).flat()]),
);
const header = Buffer.alloc(13);
header.writeUInt32BE(size, 0);
header.writeUInt32BE(size, 4);
header.set([8, 6, 0, 0, 0], 8);

writeFileSync(
  new URL("../media/icon.png", import.meta.url),
  Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk("IHDR", header),
    chunk("IDAT", deflateSync(Buffer.concat(rows), { level: 9 })),
    chunk("IEND", Buffer.alloc(0)),
  ]),
);
