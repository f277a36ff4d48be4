/** As much of PNG as our pictures need: reads what a browser writes, and writes pictures of few colours small. */
import { deflateSync, inflateSync } from "node:zlib";

const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** @param {Buffer} pixels - Red, green, blue, alpha of each pixel, row by row. */
export function encodeRgba(width, height, pixels) {
  return file(width, height, 6, [chunk("IDAT", deflateSync(scanlines(pixels, width * 4), { level: 9 }))]);
}

/** Writes a picture with 16 of its colours, four bits each, the others replaced by the nearest of them; without alpha. */
export function encodePalette(width, height, pixels) {
  const counts = new Map();
  for (let i = 0; i < pixels.length; i += 4) {
    const colour = (pixels[i] << 16) | (pixels[i + 1] << 8) | pixels[i + 2];
    counts.set(colour, (counts.get(colour) ?? 0) + 1);
  }
  const palette = paletteOf(counts, 16);
  const indexOf = new Map(palette.map((colour, index) => [colour, index]));
  for (const colour of counts.keys()) {
    if (!indexOf.has(colour)) indexOf.set(colour, nearest(palette, colour));
  }
  // Two pixels to a byte; a row ends with its byte.
  const rowLength = Math.ceil(width / 2);
  const indices = Buffer.alloc(rowLength * height);
  for (let i = 0; i < width * height; i++) {
    const at = i * 4;
    const index = indexOf.get((pixels[at] << 16) | (pixels[at + 1] << 8) | pixels[at + 2]);
    const column = i % width;
    indices[Math.floor(i / width) * rowLength + (column >> 1)] |= column % 2 === 0 ? index << 4 : index;
  }
  const colours = Buffer.from(palette.flatMap((colour) => [colour >> 16, (colour >> 8) & 255, colour & 255]));
  const data = deflateSync(scanlines(indices, rowLength), { level: 9 });
  return file(width, height, 3, [chunk("PLTE", colours), chunk("IDAT", data)], 4);
}

/** @returns {{ width: number, height: number, pixels: Buffer }} of a picture with 8 bits per channel, not interlaced. */
export function decode(png) {
  let header;
  const data = [];
  for (let at = signature.length; at < png.length;) {
    const length = png.readUInt32BE(at);
    const type = png.toString("ascii", at + 4, at + 8);
    const body = png.subarray(at + 8, at + 8 + length);
    if (type === "IHDR") header = body;
    if (type === "IDAT") data.push(body);
    at += length + 12;
  }
  const width = header.readUInt32BE(0);
  const height = header.readUInt32BE(4);
  const channels = { 2: 3, 6: 4 }[header[9]];
  if (header[8] !== 8 || channels === undefined || header[12] !== 0)
    throw new Error("not a picture a browser takes");
  const rows = unfilter(inflateSync(Buffer.concat(data)), width * channels, height, channels);
  const pixels = Buffer.alloc(width * height * 4, 255);
  for (let i = 0; i < width * height; i++) rows.copy(pixels, i * 4, i * channels, (i + 1) * channels);
  return { width, height, pixels };
}

/**
 * The most frequent colour, then again and again the one that is missed most: often there, and far from those chosen. So a
 * thin red line keeps its red among hundreds of greys.
 */
function paletteOf(counts, colourCount) {
  const missed = [...counts].map(([colour, count]) => ({ colour, count, distance: Infinity }));
  const palette = [];
  while (palette.length < Math.min(colourCount, counts.size)) {
    const next = missed.reduce((worst, one) =>
      one.count * Math.min(one.distance, 1e9) > worst.count * Math.min(worst.distance, 1e9) ? one : worst,
    );
    palette.push(next.colour);
    for (const one of missed) one.distance = Math.min(one.distance, distanceOf(one.colour, next.colour));
  }
  return palette;
}

const nearest = (palette, colour) =>
  palette.reduce(
    (best, candidate, index) =>
      distanceOf(colour, candidate) < distanceOf(colour, palette[best]) ? index : best,
    0,
  );

/** Squared, of red, green and blue. */
const distanceOf = (a, b) =>
  [16, 8, 0].reduce((sum, shift) => sum + (((a >> shift) & 255) - ((b >> shift) & 255)) ** 2, 0);

/** Rows with the byte before each that says how it is filtered: not at all. */
function scanlines(bytes, rowLength) {
  const rows = [];
  for (let at = 0; at < bytes.length; at += rowLength)
    rows.push(Buffer.of(0), bytes.subarray(at, at + rowLength));
  return Buffer.concat(rows);
}

/** @see https://www.w3.org/TR/png-3/#9Filters */
function unfilter(filtered, rowLength, height, channels) {
  const rows = Buffer.alloc(rowLength * height);
  for (let y = 0; y < height; y++) {
    const from = y * (rowLength + 1);
    const filter = filtered[from];
    for (let x = 0; x < rowLength; x++) {
      const left = x < channels ? 0 : rows[y * rowLength + x - channels];
      const up = y === 0 ? 0 : rows[(y - 1) * rowLength + x];
      const corner = y === 0 || x < channels ? 0 : rows[(y - 1) * rowLength + x - channels];
      const predicted = [0, left, up, (left + up) >> 1, paeth(left, up, corner)][filter];
      rows[y * rowLength + x] = filtered[from + 1 + x] + predicted;
    }
  }
  return rows;
}

function paeth(left, up, corner) {
  const estimate = left + up - corner;
  const [toLeft, toUp, toCorner] = [left, up, corner].map((value) => Math.abs(estimate - value));
  if (toLeft <= toUp && toLeft <= toCorner) return left;
  return toUp <= toCorner ? up : corner;
}

function file(width, height, colourType, chunks, bitsPerChannel = 8) {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([bitsPerChannel, colourType, 0, 0, 0], 8);
  return Buffer.concat([signature, chunk("IHDR", header), ...chunks, chunk("IEND", Buffer.alloc(0))]);
}

function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type, "ascii"), data]);
  const framed = Buffer.alloc(body.length + 8);
  framed.writeUInt32BE(data.length, 0);
  body.copy(framed, 4);
  framed.writeUInt32BE(crc32(body), body.length + 4);
  return framed;
}

function crc32(bytes) {
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}
