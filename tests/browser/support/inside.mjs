// What runs inside a page: looking at what the app's own connections received.

/** Keeps hold of every connection that the page makes, counts the cameras it was given, and notes every breach of its
 * content security policy. */
export function watchPeers() {
  window.orderlinePeers = [];
  window.orderlineBreaches = [];
  document.addEventListener('securitypolicyviolation', (breach) => {
    window.orderlineBreaches.push(`${breach.effectiveDirective} ${breach.blockedURI}`);
  });
  window.orderlineCameras = 0;
  const ask = navigator.mediaDevices?.getUserMedia.bind(navigator.mediaDevices);
  if (ask) {
    navigator.mediaDevices.getUserMedia = async (wishes) => {
      const stream = await ask(wishes);
      if (wishes.video) window.orderlineCameras += 1;
      return stream;
    };
  }
  const Plain = window.RTCPeerConnection;
  window.RTCPeerConnection = class extends Plain {
    constructor(...given) {
      super(...given);
      window.orderlinePeers.push(this);
      this.addEventListener('connectionstatechange', () => {
        if (this.connectionState === 'connected') window.orderlineConnectedAt ??= Date.now();
      });
    }
  };
}

/** Loudest level (dB) at each of the frequencies in all of the sound that arrives, over a few seconds. */
export async function loudest(frequencies) {
  const peer = window.orderlinePeers.findLast((peer) => peer.connectionState !== 'closed');
  const receivers = peer?.getReceivers().filter(({ track }) => track.kind === 'audio') ?? [];
  if (receivers.length === 0) return null;
  const context = new AudioContext();
  await context.resume();
  const analyser = context.createAnalyser();
  analyser.fftSize = 8192;
  analyser.smoothingTimeConstant = 0;
  for (const { track } of receivers) context.createMediaStreamSource(new MediaStream([track])).connect(analyser);
  const bins = new Float32Array(analyser.frequencyBinCount);
  const levels = frequencies.map(() => -200);
  const end = performance.now() + 3_000;
  while (performance.now() < end) {
    analyser.getFloatFrequencyData(bins);
    frequencies.forEach((hertz, at) => {
      const middle = Math.round((hertz * analyser.fftSize) / context.sampleRate);
      const near = bins.slice(middle - 2, middle + 3).filter(Number.isFinite);
      levels[at] = Math.max(levels[at], ...near);
    });
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  await context.close();
  return levels;
}

/** The brightness of every block of every picture that the page shows now: one list of 32 numbers a video. */
export function shownBlocks([columns, rows]) {
  const [wide, high] = [320, 180];
  const canvas = new OffscreenCanvas(wide, high);
  const pen = canvas.getContext('2d', { willReadFrequently: true });
  const shown = [];
  for (const video of document.querySelectorAll('video')) {
    if (video.videoWidth === 0 || video.readyState < 2) continue;
    pen.drawImage(video, 0, 0, wide, high);
    const { data } = pen.getImageData(0, 0, wide, high);
    const list = [];
    for (let row = 0; row < rows; row += 1) {
      for (let column = 0; column < columns; column += 1) {
        const x = Math.floor(((column + 0.5) / columns) * wide);
        const y = Math.floor(((row + 0.5) / rows) * high);
        const at = (y * wide + x) * 4;
        list.push((data[at] + data[at + 1] + data[at + 2]) / 3);
      }
    }
    shown.push(list);
  }
  return shown;
}
