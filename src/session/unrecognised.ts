/** Connections that carried octets and of which nobody read any: no verdict speaks of them. */
import { isMqttPort } from "../protocol/detect.ts";
import type { Seen } from "../protocol/event.ts";
import type { Coverage } from "./coverage.ts";

/**
 * Counts a connection that speaks nothing known; at a port where MQTT is expected by that port, elsewhere only where
 * it looks like MQTT. Asked once for each. A proxy that looks whether its broker lives sends a header and says nothing
 * behind it: `preface` octets are no more than that.
 */
export function noteUnrecognised(
  coverage: Coverage,
  ports: ReadonlySet<number> | "all",
  { connection, like }: Pick<Seen, "connection"> & { readonly like?: "mqtt" | undefined },
  preface = 0,
): void {
  const { client, server, octets, roles } = connection;
  if (octets.client + octets.server <= preface) return;
  coverage.unrecognised++;
  // Who is the client is a guess where no handshake was seen.
  const ends = roles === "handshake" ? [server.port] : [server.port, client.port];
  const listed = ends.find(port => isMqttPort(port, ports));
  if (listed !== undefined) add(coverage.unrecognisedPorts, listed, 1);
  else if (like !== undefined) add(coverage.likePorts, server.port, 1);
}

/** The counts of one capture, added to the sum of several. */
export function addUnrecognised(sum: Coverage, more: Coverage): void {
  sum.unrecognised += more.unrecognised;
  for (const [port, connections] of more.unrecognisedPorts) add(sum.unrecognisedPorts, port, connections);
  for (const [port, connections] of more.likePorts) add(sum.likePorts, port, connections);
}

/** Of any number of ports. */
export const connectionsOn = (ports: ReadonlyMap<number, number>): number =>
  [...ports.values()].reduce((sum, connections) => sum + connections, 0);

const add = (ports: Map<number, number>, port: number, connections: number): void =>
  void ports.set(port, (ports.get(port) ?? 0) + connections);
