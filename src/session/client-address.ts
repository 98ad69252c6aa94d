/** Who a client is by its address. */
import { hostOf } from "../packet/address.ts";
import type { Conversation } from "./conversation.ts";

/** Behind a proxy the client is whom the proxy names in its header (PROXY protocol, §2). */
export function clientAddress({ proxySource, connection }: Conversation): string {
  if (proxySource === undefined) return connection.client.address;
  const host = hostOf(proxySource);
  return host.startsWith("[") ? host.slice(1, -1) : host;
}
