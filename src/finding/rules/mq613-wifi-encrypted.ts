/** MQ613: Wi-Fi frames that only the access point can read. */
import { defineRule } from "../rule.ts";

export const rule = defineRule({
  id: "MQ613",
  name: "wifi-encrypted",
  title: "Wi-Fi frames are encrypted",
  severity: "low",
  cwe: [],
  why: "In monitor mode a card hears everybody and reads nobody: what MQTT is inside stays unknown.",
  fix: "Capture on the access point, on the broker, or on the card's ordinary (managed) interface; or decrypt the capture first.",
  falseAlarm: "They belong to somebody else's network.",
  references: ["IEEE 802.11-2020 §9.2.4.1.9"],
  wireshark: "wlan.fc.protected == 1",
  affects: "coverage",
  fires: "wifi",
  quiet: ["plaintext-password", "tls12", "nothing"],
  on: ["session.capture"],
  check: ({ coverage: { undecodedFrames } }) => {
    const frames = undecodedFrames.get("802.11 protected");
    return frames === undefined ? undefined : { field: "Protected Frame", shown: `${frames} frames` };
  },
});
