/** Which packets of one connection may be skimmed, from what was read of it so far. */
import { type Connection, UNSKIMMED } from "../../stream/item.ts";
import { LIMITS } from "../limits.ts";
import type { Skimming } from "../skimming.ts";
import type { Half } from "./half.ts";
import type { MqttVersion, Publish } from "./packet.ts";
import { NO_ROW, type Runs } from "./runs.ts";
import type { Topic } from "./topics.ts";

/** Beside an MQTT session over TCP itself; other layers hand their octets on as items. */
export class Skimmer {
  readonly #connection: Connection;
  readonly #runs: Runs;
  readonly #skimming: Skimming;
  /** Of the directions that were offered, and of the one that has a run. */
  #client = NO_ROW;
  #server = NO_ROW;
  #running = NO_ROW;

  constructor(connection: Connection, runs: Runs, skimming: Skimming) {
    this.#connection = connection;
    this.#runs = runs;
    this.#skimming = skimming;
  }

  /** After octets of a direction were read: the next ones may be skimmed where they begin a packet, surely. */
  offer(half: Half, version: MqttVersion | undefined): void {
    const row = half.direction === "client" ? this.#client : this.#server;
    if (!isSure(half, version)) {
      if (row !== NO_ROW) this.#connection.skims?.(half.direction, UNSKIMMED);
      return;
    }
    const own = row === NO_ROW ? this.#open(half) : row;
    this.#runs.ignoreAcknowledgments(own, this.#skimming.ignoresAcknowledgments(this.#connection));
    this.#connection.skims?.(half.direction, own);
  }

  /** A PUBLISH was told: more of the same may follow. */
  begin(half: Half, topic: Topic, { resolvedTopic }: Publish, version: MqttVersion | undefined): void {
    // Where the octets of a topic are kept beside its text, it is not ASCII.
    if (version === undefined || !topic.sound || topic.octets !== undefined || topic.text !== resolvedTopic)
      return;
    const longest = this.#skimming.repeats(this.#connection, half.direction, topic.text);
    if (longest === 0 || typeof topic.text !== "string" || topic.length !== topic.text.length) return;
    const row = half.direction === "client" ? this.#client : this.#server;
    this.#running = row === NO_ROW ? this.#open(half) : row;
    this.#runs.begin(this.#running, topic.text, longest, version);
  }

  /** Something else is about to be told: what was skimmed came before it. */
  settle(): void {
    if (this.#client !== NO_ROW) this.#runs.ignoreAcknowledgments(this.#client, false);
    if (this.#server !== NO_ROW) this.#runs.ignoreAcknowledgments(this.#server, false);
    if (this.#running === NO_ROW) return;
    const run = this.#runs.finish(this.#running);
    this.#running = NO_ROW;
    if (run !== undefined) this.#skimming.repeated(this.#connection, run.messages, run.octets);
  }

  end(): void {
    for (const row of [this.#client, this.#server]) if (row !== NO_ROW) this.#runs.close(row);
    this.#client = NO_ROW;
    this.#server = NO_ROW;
  }

  #open(half: Half): number {
    const row = this.#runs.open();
    if (half.direction === "client") this.#client = row;
    else this.#server = row;
    return row;
  }
}

const isSure = (half: Half, version: MqttVersion | undefined): boolean =>
  version !== undefined &&
  half.state === "synced" &&
  half.total === 0 &&
  half.held.length === 0 &&
  half.hole === undefined &&
  half.losses === 0 &&
  !half.disconnected &&
  half.packets > 0 &&
  half.proof >= LIMITS.proofPackets;
