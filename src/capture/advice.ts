/** What disappoints people first in a live capture, said while there is still time to capture elsewhere. */
import type { Timestamp } from "../octets/time.ts";
import type { View } from "../octets/view.ts";
import type { Device } from "./device.ts";
import type { Frame, Notice, Source } from "./frame.ts";

/**
 * The source, with one `capture.advice` where it has seen no packet of another host for ten seconds of its clock, on
 * an interface where others could have been hoped for: switches and access points give a machine its own traffic.
 */
export async function* advised(source: Source, { medium, hardwareAddress }: Device): Source {
  const own = hardwareAddress === undefined ? undefined : octetsOf(hardwareAddress);
  const isForeign = medium === "cooked" ? isOthers : own && ((frame: Frame) => isBetweenOthers(frame, own));
  if (isForeign === undefined || (medium !== "wired" && medium !== "wireless" && medium !== "cooked")) {
    yield* source;
    return;
  }
  let waiting = true;
  let began: Timestamp | undefined;
  for await (const batch of source) {
    if (waiting && batch.frames.some(isForeign)) waiting = false;
    const tick = waiting ? batch.notices.find(notice => notice.type === "capture.tick") : undefined;
    if (tick?.type === "capture.tick") {
      began ??= tick.at;
      if (tick.at - began >= PATIENCE) {
        waiting = false;
        const advice: Notice = {
          type: "capture.advice",
          at: tick.at,
          about: "own-traffic",
          text: OWN_TRAFFIC[medium],
        };
        yield { frames: batch.frames, notices: [...batch.notices, advice] };
        continue;
      }
    }
    yield batch;
  }
}

/** Microseconds. */
const PATIENCE = 10_000_000;

const ELSEWHERE =
  "capture on the broker or the gateway, at a mirror port of the switch, or pipe it in: ssh gateway tcpdump -U -w - port 1883 | mqtt-sniff -";

const OWN_TRAFFIC = {
  wired: `no packet of another host yet: a switch hands a machine its own traffic alone; to see others', ${ELSEWHERE}`,
  wireless: `no packet of another host yet: over Wi-Fi a machine reads its own traffic alone; to see others', ${ELSEWHERE}`,
  cooked: `no packet of another host yet: on "any" a machine sees its own traffic alone; name one interface, or ${ELSEWHERE}`,
} as const;

/** IEEE 802.3: destination, then source. What goes to a group reaches everybody, so it proves nothing. */
function isBetweenOthers({ linkType, octets, start, end }: Frame, own: View): boolean {
  if (linkType !== ETHERNET || end - start < 14 || (octets[start]! & GROUP) !== 0) return false;
  return !isAt(octets, start, own) && !isAt(octets, start + 6, own);
}

function isAt(octets: View, at: number, address: View): boolean {
  for (let n = 0; n < 6; n++) if (octets[at + n] !== address[n]) return false;
  return true;
}

/** The kernel's word for "between others": LINUX_SLL begins with it, LINUX_SLL2 has it in octet 10. */
function isOthers({ linkType, octets, start, end }: Frame): boolean {
  if (end - start < 16) return false;
  if (linkType === LINUX_SLL) return octets[start] === 0 && octets[start + 1] === PACKET_OTHERHOST;
  return linkType === LINUX_SLL2 && octets[start + 10] === PACKET_OTHERHOST;
}

const octetsOf = (address: string): View =>
  Uint8Array.from(address.split(":"), digits => Number.parseInt(digits, 16));

const GROUP = 0x01;
const ETHERNET = 1;
const LINUX_SLL = 113;
const LINUX_SLL2 = 276;
const PACKET_OTHERHOST = 3;
