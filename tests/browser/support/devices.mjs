// What the browsers hear and see: a tone and a moving barcode for each side, as files for Chromium's fake devices.
import { open, writeFile } from 'node:fs/promises';
import { COLUMNS, HEIGHT, NUMBERS, ROWS, WIDTH, blocks, check } from './barcode.mjs';

/** The seller's tone, in hertz. */
export const SELLER_HZ = 440;
/** The buyer's tone. */
export const BUYER_HZ = 1000;
/** The tone of the seller's colleague. */
export const COLLEAGUE_HZ = 1_700;
/** The numbers for which a side stands in its barcodes. */
export const SIDES = { seller: 0, buyer: 1, screen: 2, colleague: 3 };
const TONES = { seller: SELLER_HZ, colleague: COLLEAGUE_HZ };

/** The tone of a demo person. */
export const toneOf = (name) => TONES[name] ?? BUYER_HZ;

const RATE = 48_000;
// The tone comes and goes, as speech does: a browser's noise suppression takes away what never changes.
const ON_MS = 400;
const PERIOD_MS = 500;
const AMPLITUDE = 0.5;

export const CAMERA_FPS = 20;
/** Pictures of a camera file before it begins again. */
export const CAMERA_LOOP = 200;

/** Writes 5 s of a tone, 16 bits mono, which joins on to itself. */
export async function writeTone(path, hertz) {
  const samples = RATE * 5;
  const data = Buffer.alloc(samples * 2);
  for (let at = 0; at < samples; at += 1) {
    const ms = ((at / RATE) * 1000) % PERIOD_MS;
    // 10 ms of fading at both ends, so that nothing clicks.
    const fade = Math.max(0, Math.min(1, ms / 10, (ON_MS - ms) / 10));
    const value = Math.sin((2 * Math.PI * hertz * at) / RATE) * AMPLITUDE * fade;
    data.writeInt16LE(Math.round(value * 32_767), at * 2);
  }
  const header = Buffer.alloc(44);
  header.write('RIFF', 0);
  header.writeUInt32LE(36 + data.length, 4);
  header.write('WAVEfmt ', 8);
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(RATE, 24);
  header.writeUInt32LE(RATE * 2, 28);
  header.writeUInt16LE(2, 32);
  header.writeUInt16LE(16, 34);
  header.write('data', 36);
  header.writeUInt32LE(data.length, 40);
  await writeFile(path, Buffer.concat([header, data]));
}

/** Writes one loop of moving barcodes as raw video. */
export async function writeCamera(path, side) {
  const file = await open(path, 'w');
  try {
    await file.write(`YUV4MPEG2 W${WIDTH} H${HEIGHT} F${CAMERA_FPS}:1 Ip A1:1 C420jpeg\n`);
    const colour = Buffer.alloc((WIDTH / 2) * (HEIGHT / 2) * 2, 128);
    for (let number = 0; number < CAMERA_LOOP; number += 1) {
      await file.write('FRAME\n');
      await file.write(luma(blocks(side, number)));
      await file.write(colour);
    }
  } finally {
    await file.close();
  }
}

function luma(bits) {
  const plane = Buffer.alloc(WIDTH * HEIGHT);
  const [wide, high] = [WIDTH / COLUMNS, HEIGHT / ROWS];
  for (let y = 0; y < HEIGHT; y += 1) {
    const row = Math.floor(y / high) * COLUMNS;
    for (let column = 0; column < COLUMNS; column += 1) {
      plane.fill(bits[row + column] ? 235 : 16, y * WIDTH + column * wide, y * WIDTH + (column + 1) * wide);
    }
  }
  return plane;
}

const FILM = { wide: 640, high: 360, pictures: 40, block: 8 };

/** Writes one loop of a film that no codec makes small: it takes whatever bitrate it is given. */
export async function writeFilm(path) {
  const { wide, high, pictures, block } = FILM;
  const file = await open(path, 'w');
  // A small generator of its own, so that every run sends the same film.
  let state = 1;
  const shade = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return 64 + (state >>> 25);
  };
  try {
    await file.write(`YUV4MPEG2 W${wide} H${high} F${CAMERA_FPS}:1 Ip A1:1 C420jpeg\n`);
    const colour = Buffer.alloc((wide / 2) * (high / 2) * 2, 128);
    for (let picture = 0; picture < pictures; picture += 1) {
      const plane = Buffer.alloc(wide * high);
      for (let y = 0; y < high; y += block) {
        for (let x = 0; x < wide; x += block) plane.fill(shade(), y * wide + x, y * wide + x + block);
        for (let row = y + 1; row < y + block; row += 1) plane.copy(plane, row * wide, y * wide, (y + 1) * wide);
      }
      await file.write('FRAME\n');
      await file.write(plane);
      await file.write(colour);
    }
  } finally {
    await file.close();
  }
}

/** The page that is shared as a screen: it draws its own barcode, ten times a second. */
export const SCREEN_TITLE = 'Barcodes to share';
export function screenPage() {
  const [wide, high] = [WIDTH / COLUMNS, HEIGHT / ROWS];
  return `<!doctype html><title>${SCREEN_TITLE}</title>
<style>html, body { margin: 0; height: 100% } canvas { width: 100vw; height: 100vh; display: block }</style>
<canvas width="${WIDTH}" height="${HEIGHT}"></canvas>
<script>
${blocks}
${check}
const pen = document.querySelector('canvas').getContext('2d');
let number = 0;
setInterval(() => {
  blocks(${SIDES.screen}, number).forEach((white, at) => {
    pen.fillStyle = white ? '#fff' : '#000';
    pen.fillRect((at % ${COLUMNS}) * ${wide}, Math.floor(at / ${COLUMNS}) * ${high}, ${wide}, ${high});
  });
  number = (number + 1) % ${NUMBERS};
}, 100);
</script>`;
}
