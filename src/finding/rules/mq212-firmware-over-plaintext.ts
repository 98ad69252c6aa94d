/** MQ212: firmware that anybody on the path can read and exchange. */
import type { View } from "../../octets/view.ts";
import { isSealed } from "../../session/readable.ts";
import { FIRMWARE, marksOf } from "../../session/marks.ts";
import { defineRule } from "../rule.ts";

export const rule = defineRule({
  id: "MQ212",
  name: "firmware-over-plaintext",
  title: "Firmware sent without TLS",
  severity: "high",
  onThePath: true,
  cwe: [494, 319],
  why: "Who reads the image takes the device's secrets out of it; who changes it on the way owns the device, unless the device checks a signature.",
  fix: "Send firmware over TLS, sign it, and let the device refuse what is not signed.",
  falseAlarm:
    "The image is public and the device checks its signature, or the data only begins as a program does.",
  references: ["ETSI EN 303 645 5.3", "MQTT 5.0 §5.4.5"],
  wireshark: "mqtt.msgtype == 3 and mqtt.len >= 4096",
  fires: "commands",
  quiet: ["innocent", "plaintext-password", "tls12"],
  on: ["mqtt.publish"],
  mayConcern: (_, start, end) => end - start >= LEAST,
  check({ packet, transport }) {
    const { payload, payloadLength, resolvedTopic } = packet;
    if (payloadLength < LEAST || payload.length < LEAST || isSealed(transport)) return undefined;
    const image = IMAGES.find(({ is }) => is(payload));
    if (image === undefined || (!image.alone && (marksOf(resolvedTopic) & FIRMWARE) === 0)) return undefined;
    return {
      field: "PUBLISH.Payload",
      shown: `${image.name}, ${payloadLength} octets`,
      subject: resolvedTopic,
      confidence: "firm",
    };
  },
});

/** How programs and archives begin. `alone`: nothing else begins so; the others are firmware by their topic only. */
const IMAGES: readonly { readonly name: string; readonly alone: boolean; is(payload: View): boolean }[] = [
  { name: "ELF program", alone: true, is: begins(0x7f, 0x45, 0x4c, 0x46) },
  { name: "U-Boot image", alone: true, is: begins(0x27, 0x05, 0x19, 0x56) },
  { name: "UF2 image", alone: true, is: begins(0x55, 0x46, 0x32, 0x0a, 0x57, 0x51, 0x5d, 0x9e) },
  // esp_image_header_t: magic, 1 to 16 segments, one of six SPI modes.
  { name: "ESP image", alone: false, is: p => p[0] === 0xe9 && p[1]! >= 1 && p[1]! <= 16 && p[2]! <= 5 },
  { name: "zip archive", alone: false, is: begins(0x50, 0x4b, 0x03, 0x04) },
  { name: "gzip archive", alone: false, is: begins(0x1f, 0x8b, 0x08) },
];

function begins(...magic: readonly number[]): (payload: View) => boolean {
  return payload => magic.every((octet, at) => payload[at] === octet);
}

/** Octets: less is a program for nobody. */
const LEAST = 4_096;
