// What a browser would say if nothing were encrypted: pieces of its encoded sound and picture, taken inside its pages.

/** Most pieces that a page keeps, and their length in bytes. */
const MOST = 3_000;
export const PIECE = 16;
/** Bytes in which a piece must differ, so that it is no padding. */
const VARIED = 8;

/** Runs in the page, before its own code: from now on keeps a piece of every frame that any sender encodes. */
export function keepPlain({ most, piece }) {
  const worker = (piece) => {
    onrtctransform = ({ transformer }) => {
      const look = new TransformStream({
        transform(frame, out) {
          const bytes = new Uint8Array(frame.data);
          // Behind what a codec puts at the head of every frame, and within the first packet of a picture.
          const at = frame instanceof RTCEncodedVideoFrame ? 100 : 8;
          if (bytes.length >= at + piece) postMessage([...bytes.slice(at, at + piece)]);
          out.enqueue(frame);
        },
      });
      transformer.readable.pipeThrough(look).pipeTo(transformer.writable);
    };
  };
  window.orderlinePlain = [];
  let ear;
  const replace = RTCRtpSender.prototype.replaceTrack;
  RTCRtpSender.prototype.replaceTrack = function (...given) {
    if (!this.transform) {
      const code = new Blob([`(${worker})(${piece})`], { type: 'text/javascript' });
      ear ??= Object.assign(new Worker(URL.createObjectURL(code)), {
        onmessage: ({ data }) => {
          window.orderlinePlain.push(data);
          if (window.orderlinePlain.length > most) window.orderlinePlain.shift();
        },
      });
      this.transform = new RTCRtpScriptTransform(ear);
    }
    return replace.apply(this, given);
  };
}

/** Makes a person's pages keep pieces of what they send, from their next load on. The person is opened with `ear`. */
export const overhear = (person) => person.context.addInitScript(keepPlain, { most: MOST, piece: PIECE });

/** The pieces that a person's page kept since it was asked last. */
export async function plainPieces(person) {
  const pieces = await person.page.evaluate(() => window.orderlinePlain.splice(0));
  return pieces.map((piece) => Buffer.from(piece)).filter((piece) => new Set(piece).size >= VARIED);
}

/** The first of the pieces that stands in one of the packets, if any does. */
export function readable(packets, pieces) {
  const all = Buffer.concat(packets.flatMap((bytes) => [bytes, Buffer.alloc(PIECE)]));
  return pieces.find((piece) => all.includes(piece));
}
