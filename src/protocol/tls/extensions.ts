/** The extensions of a hello (RFC 8446 §4.2): the list as it came, and the contents of those that say something. */
import type { Decoded } from "../../octets/decode.ts";
import { Reader } from "../../octets/reader.ts";
import { type WireText, wireText } from "../../octets/text.ts";
import { own, type View } from "../../octets/view.ts";
import { LIMITS } from "./limits.ts";
import type { Extension } from "./message.ts";

/** ExtensionType values that are looked into. */
export const SERVER_NAME = 0x0000;
export const SUPPORTED_GROUPS = 0x000a;
export const EC_POINT_FORMATS = 0x000b;
export const SIGNATURE_ALGORITHMS = 0x000d;
export const ALPN = 0x0010;
/** key_share until draft-22 of TLS 1.3. */
export const KEY_SHARE_DRAFT = 0x0028;
export const PRE_SHARED_KEY = 0x0029;
export const SUPPORTED_VERSIONS = 0x002b;
export const PSK_KEY_EXCHANGE_MODES = 0x002d;
export const KEY_SHARE = 0x0033;

/** The list with its two octets of length, in wire order; a hello may end without it (RFC 5246 §7.4.1.2). */
export function readExtensions(r: Reader): Extension[] {
  const extensions: Extension[] = [];
  if (r.left === 0) return extensions;
  const list = r.sub(r.u16("extensions"), "extensions");
  while (list.left > 0) {
    if (extensions.length === LIMITS.hello) list.tooLarge("extensions", LIMITS.hello + 1, LIMITS.hello);
    const type = list.u16("extension_type");
    const data = own(list.take(list.u16("extension_data"), "extension_data"));
    extensions.push({ type, data });
  }
  return extensions;
}

/** The content of the first extension of this type, where there is one and it decodes. */
export function extension<Value>(
  extensions: readonly Extension[],
  type: number,
  decode: (data: View) => Decoded<Value>,
): Value | undefined {
  const found = extensions.find(e => e.type === type);
  if (found === undefined) return undefined;
  const decoded = decode(found.data);
  return decoded.ok ? decoded.value : undefined;
}

/** RFC 6066 §3: the first host_name of the list; undefined where a list holds none. */
export function decodeServerName(data: View): Decoded<WireText | undefined> {
  const r = new Reader("server_name", data);
  const list = r.sub(r.u16("server_name_list"), "server_name_list");
  let host: WireText | undefined;
  while (list.left > 0) {
    const type = list.u8("name_type");
    const name = list.take(list.u16("HostName"), "HostName");
    if (type === 0) host ??= wireText(name);
  }
  return r.end(host);
}

/** RFC 7301 §3.1. */
export function decodeProtocolNames(data: View): Decoded<WireText[]> {
  const r = new Reader("application_layer_protocol_negotiation", data);
  const list = r.sub(r.u16("protocol_name_list"), "protocol_name_list");
  const names: WireText[] = [];
  while (list.left > 0) names.push(wireText(list.take(list.u8("ProtocolName"), "ProtocolName")));
  return r.end(names);
}

/** A list of two-octet codes behind two octets of length: supported_groups, signature_algorithms. */
export function decodeCodes(data: View): Decoded<number[]> {
  const r = new Reader("list", data);
  return r.end(readCodes(r.sub(r.u16("length"), "list"), "code"));
}

/** RFC 8446 §4.2.1, in a ClientHello. */
export function decodeSupportedVersions(data: View): Decoded<number[]> {
  const r = new Reader("supported_versions", data);
  return r.end(readCodes(r.sub(r.u8("versions"), "versions"), "ProtocolVersion"));
}

/** A list of one-octet codes behind one octet of length: ec_point_formats, psk_key_exchange_modes. */
export function decodeSmallCodes(data: View): Decoded<number[]> {
  const r = new Reader("list", data);
  return r.end([...r.take(r.u8("length"), "list")]);
}

/** RFC 8446 §4.2.8, in a ClientHello: the groups for which a share was sent. */
export function decodeKeyShares(data: View): Decoded<number[]> {
  const r = new Reader("key_share", data);
  const list = r.sub(r.u16("client_shares"), "client_shares");
  const groups: number[] = [];
  while (list.left > 0) {
    groups.push(list.u16("group"));
    list.take(list.u16("key_exchange"), "key_exchange");
  }
  return r.end(groups);
}

/** RFC 8446 §4.2.11, in a ClientHello: identities and ages; the binders say nothing to an observer. */
export function decodeOfferedPsks(data: View): Decoded<{ identities: WireText[]; ages: number[] }> {
  const r = new Reader("pre_shared_key", data);
  const list = r.sub(r.u16("identities"), "identities");
  const identities: WireText[] = [];
  const ages: number[] = [];
  while (list.left > 0) {
    identities.push(wireText(list.take(list.u16("identity"), "identity")));
    ages.push(list.u32("obfuscated_ticket_age"));
  }
  r.take(r.u16("binders"), "binders");
  return r.end({ identities, ages });
}

/** One two-octet code and nothing else: supported_versions and pre_shared_key of a ServerHello. */
export function decodeCode(data: View): Decoded<number> {
  const r = new Reader("extension", data);
  return r.end(r.u16("code"));
}

/** RFC 8446 §4.2.8, in a ServerHello: the group, then the share; in a HelloRetryRequest the group alone. */
export function decodeServerShare(data: View): Decoded<number> {
  const r = new Reader("key_share", data);
  const group = r.u16("group");
  if (r.left > 0) r.take(r.u16("key_exchange"), "key_exchange");
  return r.end(group);
}

/** Two-octet codes up to the end of `r`. */
export function readCodes(r: Reader, field: string): number[] {
  const codes: number[] = [];
  while (r.left > 0) codes.push(r.u16(field));
  return codes;
}
