/** The capture process's second thread: writes what the first has captured, and waits for the reader in its place. */
import { writeSync } from "node:fs";
import { parentPort, workerData } from "node:worker_threads";
import { outbox, receive } from "./outbox.ts";

parentPort!.postMessage("ready");
try {
  receive(outbox(workerData as SharedArrayBuffer), octets => writeSync(1, octets));
} catch {
  // Nobody reads any more.
}
