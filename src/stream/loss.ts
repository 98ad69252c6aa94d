/** What was not captured, estimated from what receivers acknowledged: as Zeek's capture-loss does. */
import type { EstimatedLoss, Notice } from "../capture/frame.ts";
import type { TcpConnection } from "./connection.ts";
import type { ConnectionTable } from "./connection-table.ts";

/**
 * Adds a connection's octets, as far as they were acknowledged. A side that nobody was seen to acknowledge says nothing,
 * nor does a connection whose handshake was missed.
 */
export function addLoss(
  sum: { acknowledgedOctets: number; missedOctets: number },
  connection: TcpConnection,
): void {
  if (connection.midstream) return;
  connection.refresh();
  for (const half of [connection.initiator, connection.responder]) {
    if (connection.peer(half).segments === 0) continue;
    sum.acknowledgedOctets += half.acknowledged;
    sum.missedOctets += half.missed;
  }
}

/** A live capture's statistics with the loss so far: of connections that `ended`, and of those that are open. */
export function withLoss(
  stats: Extract<Notice, { readonly type: "capture.stats" }>,
  ended: EstimatedLoss,
  open: ConnectionTable,
): Notice {
  const { acknowledgedOctets, missedOctets } = ended;
  const loss = { acknowledgedOctets, missedOctets };
  for (let one = open.oldest; one !== undefined; one = one.newer) addLoss(loss, one);
  return Object.assign({}, stats, { estimatedLoss: loss });
}
