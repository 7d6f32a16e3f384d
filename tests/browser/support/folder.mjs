// Removing a folder that a program wrote to until just now.
import { rm } from 'node:fs/promises';

// A browser's or a database's last process may put one more file between the listing of a folder and its removal.
const TRIES = 10;
const LATER_MS = 50;

/** Removes a folder with everything in it; one that is gone is no error. */
export async function removeFolder(folder) {
  await rm(folder, { recursive: true, force: true, maxRetries: TRIES, retryDelay: LATER_MS });
}
