// Decoding what was recorded, with ffmpeg, and measuring it.
import { spawn } from 'node:child_process';
import { HEIGHT, WIDTH, read } from './barcode.mjs';

const RATE = 48_000;
/** Length of one look at a tone: long enough to tell 440 from 1,000 Hz, short enough to fall between pauses. */
const WINDOW = RATE / 20;

function ffmpeg(file, args) {
  return new Promise((resolve, reject) => {
    // A camera that adapts to its line changes size on the way: the filters go on instead of beginning anew.
    const child = spawn('ffmpeg', ['-v', 'error', '-reinit_filter', '0', '-i', file, ...args, '-']);
    const out = [];
    let said = '';
    child.once('error', reject);
    child.stdout.on('data', (part) => out.push(part));
    child.stderr.on('data', (part) => (said += part));
    child.once('close', (code) => {
      if (code === 0 && said === '') resolve(Buffer.concat(out));
      else reject(new Error(`ffmpeg ended with ${code}: ${said}`));
    });
  });
}

/** The two channels of a file's sound, and its length. */
export async function sound(file) {
  const bytes = await ffmpeg(file, ['-vn', '-f', 'f32le', '-ac', '2', '-ar', String(RATE)]);
  const frames = Math.floor(bytes.length / 8);
  const [left, right] = [new Float32Array(frames), new Float32Array(frames)];
  for (let at = 0; at < frames; at += 1) {
    left[at] = bytes.readFloatLE(at * 8);
    right[at] = bytes.readFloatLE(at * 8 + 4);
  }
  return { left, right, seconds: frames / RATE };
}

/** How loud a tone is in a channel while it sounds (dB of full scale): the upper tenth of all short looks. */
export function toneLevel(samples, hertz) {
  const levels = [];
  for (let at = 0; at + WINDOW <= samples.length; at += WINDOW) {
    let [cosine, sine] = [0, 0];
    for (let step = 0; step < WINDOW; step += 1) {
      const turn = (2 * Math.PI * hertz * step) / RATE;
      cosine += samples[at + step] * Math.cos(turn);
      sine += samples[at + step] * Math.sin(turn);
    }
    levels.push((2 * Math.hypot(cosine, sine)) / WINDOW);
  }
  levels.sort((a, b) => a - b);
  const level = levels[Math.floor(levels.length * 0.9)] ?? 0;
  return 20 * Math.log10(Math.max(level, 1e-9));
}

/** Every picture of a file as the barcode in it, or null where none can be read. */
export async function pictures(file) {
  // Counted out anew: raw video wants one time a picture, and only their order matters here.
  const bytes = await ffmpeg(file, [
    '-an', '-fps_mode', 'passthrough', '-enc_time_base', '1:1000',
    '-vf', `settb=1/1000,setpts=N*50,scale=${WIDTH}:${HEIGHT}`, '-pix_fmt', 'gray', '-f', 'rawvideo',
  ]);
  const size = WIDTH * HEIGHT;
  const seen = [];
  for (let at = 0; at + size <= bytes.length; at += size) {
    seen.push(read((x, y) => bytes[at + Math.floor(y * HEIGHT) * WIDTH + Math.floor(x * WIDTH)]));
  }
  return seen;
}
