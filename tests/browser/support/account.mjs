// One’s own account, a device that keeps passkeys and says yes by itself, and an app that shows codes.
import { createHmac } from 'node:crypto';

const STEP_MS = 30_000;
const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** What an authenticator app shows for this secret, `steps` time steps from now (RFC 6238). */
export function totp(secret, steps = 0) {
  const bits = [...secret.replace(/ /g, '')].map((c) => BASE32.indexOf(c).toString(2).padStart(5, '0')).join('');
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => Number.parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / STEP_MS) + steps));
  const mac = createHmac('sha1', key).update(counter).digest();
  const number = mac.readUInt32BE(mac.at(-1) & 15) & 0x7fffffff;
  return String(number % 1_000_000).padStart(6, '0');
}

/** Sets up an authenticator app where one is asked for; answers its secret and the recovery codes. */
export async function setUpAuthenticator(page) {
  await page.getByRole('button', { name: 'Set up an authenticator app', exact: true }).click();
  const secret = await page.locator('.secret').innerText();
  await page.getByLabel('Code that the app shows').fill(totp(secret));
  await page.getByRole('button', { name: 'Confirm', exact: true }).click();
  await page.getByRole('heading', { name: 'Your recovery codes' }).waitFor();
  const codes = await page.locator('.recovery code').allInnerTexts();
  return { secret, codes };
}

/** Gives this page such a device, as if it were built into the machine. */
export async function authenticator(page) {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('WebAuthn.enable');
  await devtools.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
}

/** Opens the page of the signed-in person's account. */
export async function openAccount(page) {
  await page.locator('.bar .me > summary').click();
  await page.getByRole('link', { name: 'Your account', exact: true }).click();
}
