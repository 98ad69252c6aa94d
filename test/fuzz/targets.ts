/** What `npm run fuzz` throws octets at: each target makes its input of a seed, and throws where it does not hold. */
import { readdirSync, readFileSync } from "node:fs";
import { captureFrames } from "../../src/capture/file.ts";
import type { View } from "../../src/octets/view.ts";
import { audit } from "../../src/pipeline.ts";
import { packets } from "../../src/packet/packets.ts";
import { decodeMessage, isFramed } from "../../src/protocol/mqttsn/decode.ts";
import { protocols } from "../../src/protocol/protocols.ts";
import { parseCertificate } from "../../src/protocol/x509/parse.ts";
import { DOCUMENTS, STREAMS } from "../../src/report/formats.ts";
import type { StreamItem } from "../../src/stream/item.ts";
import { streams } from "../../src/stream/reassembler.ts";
import { JUDGING } from "../build/judging.ts";
import { CONNECT, sn } from "../protocol/mqttsn/build.ts";
import { connection, feed } from "../protocol/build.ts";
import { checkSession } from "./invariance.ts";
import { type Choices, choices } from "./random.ts";
import { checkSkimming } from "./skimming.ts";

/** Judges the input of one seed. */
export type Target = (seed: number) => void | Promise<void>;

/** `root` is the project's folder, where the captures of `fixtures/` are. */
export function targets(root: string): ReadonlyMap<string, Target> {
  const stories = readdirSync(`${root}/fixtures/captures`).sort();
  const capture = (choose: Choices): Uint8Array =>
    readFileSync(`${root}/fixtures/captures/${choose.pick(stories)}/capture.pcapng`);
  return new Map<string, Target>([
    ["mqtt", checkSession],
    ["capture", seed => judged(mutated(choices(seed), capture(choices(seed))))],
    ["streams", seed => conversed(choices(seed), capture(choices(seed)))],
    ["x509", seed => void parseCertificate(mutated(choices(seed), certificateOf(root, choices(seed))))],
    ["skimming", checkSkimming],
    ["mqttsn", seed => decoded(choices(seed))],
  ]);
}

/** Octets with some of them changed, left out, doubled or claimed to be more than they are. */
export function mutated(choose: Choices, octets: View): Uint8Array {
  let made = Uint8Array.from(octets);
  for (let times = 1 + choose.below(8); times > 0; times--) {
    const at = choose.below(made.length);
    const length = Math.min(1 + choose.below(40), made.length - at);
    switch (choose.below(7)) {
      case 0:
        made = made.slice(0, at);
        break;
      case 1:
        made = Uint8Array.from(Buffer.concat([made.subarray(0, at), made.subarray(at + length)]));
        break;
      case 2:
        made = Uint8Array.from(Buffer.concat([made.subarray(0, at + length), made.subarray(at)]));
        break;
      case 3:
        // A length of any width that is larger than what is there.
        made.fill(choose.pick([0x00, 0x7f, 0x80, 0xff]), at, at + choose.pick([1, 2, 3, 4]));
        break;
      case 4:
        made.set(choose.octets(length), at);
        break;
      default:
        if (made.length > 0) made[at]! ^= 1 << choose.below(8);
    }
  }
  return made;
}

/** A whole audit: every stage, every rule, every form of output. */
async function judged(octets: Uint8Array): Promise<void> {
  const nobody = (): void => undefined;
  const watchers = [...STREAMS.values()].map(make =>
    make(nobody, { reveal: false, payloadLimit: 1024, several: false }),
  );
  const run = audit(JUDGING, watchers);
  await run.add("fuzz", captureFrames({ stream: inPieces(octets) }));
  const report = run.finish();
  for (const make of DOCUMENTS.values()) make(report, { reveal: false, colour: false, width: 80 });
}

async function* inPieces(octets: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < octets.length; at += 4_096) yield octets.subarray(at, at + 4_096);
}

/** The connections of a capture, each of its chunks perhaps changed: what the readers of TLS, WebSocket, PROXY and MQTT get. */
async function conversed(choose: Choices, octets: Uint8Array): Promise<void> {
  const items: StreamItem[] = [];
  const collect = {
    open: () => ({ push: (item: StreamItem) => void items.push(kept(item)), end: () => undefined }),
    silent: () => undefined,
    datagram: () => undefined,
    limit: () => undefined,
    notice: () => undefined,
    end: () => undefined,
  };
  const stage = packets(streams(collect));
  for await (const batch of captureFrames({ stream: inPieces(octets) })) stage.push(batch);
  stage.end();
  const first = items.find(item => item.kind !== "end")?.connection;
  if (first === undefined) return;
  const sink = {
    event: () => undefined,
    limit: () => undefined,
    datagram: () => undefined,
    notice: () => undefined,
    end: () => undefined,
  };
  const judged = protocols(sink, { decodeAs: new Map(), ports: "all" });
  const { port } = first.server;
  const played = connection({ serverPort: port, midstream: choose.chance(10) });
  const changed = items
    .filter(item => item.connection === first)
    .map(item => ({ ...(item.kind === "chunk" ? spoiled(choose, item) : item), connection: played }));
  feed(judged.open(played), changed);
  judged.end();
}

const kept = (item: StreamItem): StreamItem =>
  item.kind === "chunk" ? { ...item, octets: Uint8Array.from(item.octets) } : item;

/** A chunk of which the length stays, since the next one begins where it ends. */
function spoiled<Item extends { octets: View }>(choose: Choices, item: Item): Item {
  if (!choose.chance(30)) return item;
  const octets = Uint8Array.from(item.octets);
  const other = mutated(choose, octets).subarray(0, octets.length);
  octets.set(other);
  return { ...item, octets };
}

function certificateOf(root: string, choose: Choices): Uint8Array {
  const story = choose.pick(["chain", "unknown-ca", "weak-key", "wrong-host"]);
  const pem = readFileSync(`${root}/fixtures/captures/${story}/ca.pem`, "latin1");
  return Uint8Array.from(Buffer.from(pem.replaceAll(/-----[^-]+-----|\s/gu, ""), "base64"));
}

function decoded(choose: Choices): void {
  const octets = mutated(
    choose,
    choose.pick([CONNECT, sn("publish", "00 0001 0000 6869"), choose.octets(30)]),
  );
  if (isFramed(octets, 0, octets.length)) decodeMessage(octets, 0, octets.length);
}
