// One’s own account, and a device that keeps passkeys and says yes by itself.

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
