// A picture that carries its own number: 8 × 4 blocks, black or white, readable after VP8 and scaling.
// Rows 0 and 1 hold 16 bits (2 bits for the side, 12 for the number, 2 checks), rows 2 and 3 their complement.

export const COLUMNS = 8;
export const ROWS = 4;
export const WIDTH = 320;
export const HEIGHT = 180;
/** Numbers count from 0 and begin again here. */
export const NUMBERS = 4096;

/** The blocks of picture `number` of `side` (0 to 3), row by row; `true` is white. */
export function blocks(side, number) {
  const word = (side & 3) | ((number & 0xfff) << 2) | (check(side, number) << 14);
  const bits = Array.from({ length: 16 }, (_, bit) => ((word >> bit) & 1) === 1);
  return [...bits, ...bits.map((bit) => !bit)];
}

/**
 * Side and number in a picture, or null if there is no readable barcode.
 * `luma(x, y)` answers the brightness (0 to 255) at a place given as fractions of width and height.
 */
export function read(luma) {
  const bits = [];
  for (let row = 0; row < ROWS; row += 1) {
    for (let column = 0; column < COLUMNS; column += 1) {
      bits.push(luma((column + 0.5) / COLUMNS, (row + 0.5) / ROWS) > 127);
    }
  }
  let word = 0;
  for (let bit = 0; bit < 16; bit += 1) {
    if (bits[bit] === bits[bit + 16]) return null;
    if (bits[bit]) word |= 1 << bit;
  }
  const side = word & 3;
  const number = (word >> 2) & 0xfff;
  return word >> 14 === check(side, number) ? { side, number } : null;
}

/** Two bits over the number, so that a torn picture is not taken for another one. */
export function check(side, number) {
  let sum = side;
  for (let rest = number; rest > 0; rest >>= 2) sum += rest & 3;
  return sum & 3;
}

/** How far one goes from number `a` to `b`, the short way round a circle of `numbers`. */
export function step(a, b, numbers) {
  const ahead = (b - a + numbers) % numbers;
  return ahead > numbers / 2 ? ahead - numbers : ahead;
}

/** Whether numbers only ever go forward (a picture may be seen twice, or be skipped). */
export function inOrder(numbers, around) {
  return numbers.every((number, at) => at === 0 || step(numbers[at - 1], number, around) >= 0);
}
