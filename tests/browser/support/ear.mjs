// How long a person hears nothing: every sound that the page plays, taken together, in frames of 10 ms.
import { until } from './wait.mjs';

/** Runs in the audio thread: the longest run of silent frames since it was asked last. */
function worklet() {
  const FRAME = sampleRate / 100;
  const SILENT = 0.003;
  class Ear extends AudioWorkletProcessor {
    constructor() {
      super();
      Object.assign(this, { sum: 0, count: 0, run: 0, longest: 0, heard: 0, frames: 0 });
      this.port.onmessage = () => {
        const { longest, run, heard, frames } = this;
        this.port.postMessage({ longest: Math.max(longest, run) * 10, heard, frames });
        Object.assign(this, { longest: 0, heard: 0, frames: 0 });
      };
    }

    process([input]) {
      const samples = input[0];
      const length = samples ? samples.length : 128;
      for (let at = 0; at < length; at += 1) {
        if (samples) this.sum += samples[at] * samples[at];
        this.count += 1;
        if (this.count >= FRAME) this.frame();
      }
      return true;
    }

    frame() {
      const silent = Math.sqrt(this.sum / this.count) < SILENT;
      this.sum = 0;
      this.count = 0;
      this.frames += 1;
      if (silent) {
        this.run += 1;
      } else {
        this.heard += 1;
        this.longest = Math.max(this.longest, this.run);
        this.run = 0;
      }
    }
  }
  registerProcessor('orderline-ear', Ear);
}

/** Runs in the page: what is not muted goes through the ear. */
async function attach(source) {
  const context = new AudioContext({ sampleRate: 48_000 });
  await context.resume();
  const module = URL.createObjectURL(new Blob([source], { type: 'text/javascript' }));
  await context.audioWorklet.addModule(module);
  const ear = new AudioWorkletNode(context, 'orderline-ear', { channelCount: 1, channelCountMode: 'explicit' });
  ear.connect(context.destination);
  const known = new Map();
  const look = () => {
    for (const audio of document.querySelectorAll('audio')) {
      if (!audio.srcObject || known.has(audio)) continue;
      const gain = context.createGain();
      const follow = () => (gain.gain.value = audio.muted ? 0 : 1);
      follow();
      audio.addEventListener('volumechange', follow);
      const sound = context.createMediaStreamSource(audio.srcObject);
      sound.connect(gain).connect(ear);
      known.set(audio, { sound, gain });
    }
    for (const [audio, { gain }] of known) {
      if (audio.isConnected) continue;
      gain.disconnect();
      known.delete(audio);
    }
  };
  setInterval(look, 5);
  look();
  window.orderlineEar = () =>
    new Promise((resolve) => {
      ear.port.onmessage = ({ data }) => resolve(data);
      ear.port.postMessage(null);
    });
}

/** Begins to listen in this person's page, opened with `ear`; again after each reload. */
export async function listen(person, page = person.page) {
  await page.evaluate(attach, `(${worklet})();`);
  await until(`${person.name} hears something`, async () => (await silence(person, page)).heard > 0);
}

/** The longest silence since the last time that it was asked for, in milliseconds; and how many frames had sound. */
export function silence(person, page = person.page) {
  return page.evaluate(() => window.orderlineEar());
}
