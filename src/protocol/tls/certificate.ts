/** Certificate, CertificateRequest and NewSessionTicket. */
import type { Decoded } from "../../octets/decode.ts";
import { Reader } from "../../octets/reader.ts";
import { type Owned, own, type View } from "../../octets/view.ts";
import * as ext from "./extensions.ts";
import { LIMITS } from "./limits.ts";
import type { CertificateMessage, CertificateRequest, NewSessionTicket } from "./message.ts";
import { isTls13, TLS_1_2 } from "./version.ts";

/**
 * RFC 5246 §7.4.2; RFC 8446 §4.4.2 where `version` is TLS 1.3. Certificates are copied as they came; beyond
 * `LIMITS.listedCertificates` they are only counted.
 */
export function decodeCertificate(body: View, version: number): Decoded<CertificateMessage> {
  const r = new Reader("certificate", body);
  const tls13 = isTls13(version);
  if (tls13) r.take(r.u8("certificate_request_context"), "certificate_request_context");
  const list = r.sub(r.u24("certificate_list"), "certificate_list");
  const certificates: Owned[] = [];
  let omitted = 0;
  while (list.left > 0) {
    const der = list.take(list.u24("ASN.1Cert"), "ASN.1Cert");
    if (tls13) list.take(list.u16("extensions"), "extensions");
    if (certificates.length < LIMITS.listedCertificates) certificates.push(own(der));
    else omitted += 1;
  }
  return r.end({ type: "certificate", certificates, ...(omitted > 0 && { omitted }) });
}

/**
 * RFC 7250 §3: what stands in the place of a Certificate where both agreed on raw public keys: one key until TLS 1.2, a
 * list with one entry in TLS 1.3.
 */
export function decodeRawPublicKey(body: View, version: number): Decoded<CertificateMessage> {
  const r = new Reader("certificate", body);
  const tls13 = isTls13(version);
  if (tls13) r.take(r.u8("certificate_request_context"), "certificate_request_context");
  const list = tls13 ? r.sub(r.u24("certificate_list"), "certificate_list") : r;
  if (list.left === 0) return r.end({ type: "certificate", certificates: [] });
  const rawPublicKey = own(list.take(list.u24("ASN1_subjectPublicKeyInfo"), "ASN1_subjectPublicKeyInfo"));
  if (tls13) list.take(list.u16("extensions"), "extensions");
  return r.end({ type: "certificate", certificates: [], rawPublicKey });
}

/** RFC 5246 §7.4.4, without signature algorithms before TLS 1.2 (RFC 4346 §7.4.4); RFC 8446 §4.3.2. */
export function decodeCertificateRequest(body: View, version: number): Decoded<CertificateRequest> {
  const r = new Reader("certificate_request", body);
  if (isTls13(version)) return decodeRequest13(r);
  const certificateTypes = [...r.take(r.u8("certificate_types"), "certificate_types")];
  const signatureAlgorithms =
    version >= TLS_1_2
      ? ext.readCodes(
          r.sub(r.u16("supported_signature_algorithms"), "supported_signature_algorithms"),
          "algorithm",
        )
      : [];
  const authorities = readAuthorities(r);
  return r.end({ type: "certificate_request", certificateTypes, signatureAlgorithms, authorities });
}

/** RFC 5077 §3.3; RFC 8446 §4.6.1. */
export function decodeNewSessionTicket(body: View, version: number): Decoded<NewSessionTicket> {
  const r = new Reader("new_session_ticket", body);
  const lifetime = r.u32("ticket_lifetime");
  if (isTls13(version)) {
    r.u32("ticket_age_add");
    r.take(r.u8("ticket_nonce"), "ticket_nonce");
  }
  r.take(r.u16("ticket"), "ticket");
  if (isTls13(version)) r.take(r.u16("extensions"), "extensions");
  return r.end({ type: "new_session_ticket", lifetime });
}

function decodeRequest13(r: Reader): Decoded<CertificateRequest> {
  r.take(r.u8("certificate_request_context"), "certificate_request_context");
  const extensions = ext.readExtensions(r);
  const signatureAlgorithms = ext.extension(extensions, ext.SIGNATURE_ALGORITHMS, ext.decodeCodes) ?? [];
  const authorities = ext.extension(extensions, CERTIFICATE_AUTHORITIES, decodeAuthorities) ?? [];
  return r.end({ type: "certificate_request", certificateTypes: [], signatureAlgorithms, authorities });
}

function decodeAuthorities(data: View): Decoded<Owned[]> {
  const r = new Reader("certificate_authorities", data);
  return r.end(readAuthorities(r));
}

function readAuthorities(r: Reader): Owned[] {
  const list = r.sub(r.u16("certificate_authorities"), "certificate_authorities");
  const names: Owned[] = [];
  while (list.left > 0) {
    if (names.length === LIMITS.authorities)
      list.tooLarge("DistinguishedName", names.length + 1, LIMITS.authorities);
    names.push(own(list.take(list.u16("DistinguishedName"), "DistinguishedName")));
  }
  return names;
}

/** RFC 8446 §4.2.4. */
const CERTIFICATE_AUTHORITIES = 0x002f;
