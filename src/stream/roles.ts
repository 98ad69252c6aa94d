/** Who is client where no handshake was seen. */
import type { Roles } from "./item.ts";

/** The verdict of the ports on a segment's two sides. */
export interface PortRoles {
  readonly sourceIsClient: boolean;
  readonly roles: Roles;
}

/**
 * The side with a port of `serverPorts` is the server, else the one with the more registered port (RFC 6335 §6, where
 * ephemeral ports begin at 32,768 as Linux has them), else the one that did not send the first segment.
 */
export function rolesByPort(
  sourcePort: number,
  destinationPort: number,
  serverPorts: ReadonlySet<number>,
): PortRoles {
  const listed = Number(serverPorts.has(destinationPort)) - Number(serverPorts.has(sourcePort));
  if (listed !== 0) return { sourceIsClient: listed > 0, roles: "port" };
  const ephemeral = sourcePort >= FIRST_EPHEMERAL && destinationPort >= FIRST_EPHEMERAL;
  if (ephemeral || sourcePort === destinationPort) return { sourceIsClient: true, roles: "first-segment" };
  return { sourceIsClient: sourcePort > destinationPort, roles: "port" };
}

const FIRST_EPHEMERAL = 32_768;
