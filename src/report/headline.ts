/** The verdict in one sentence, made of what was found; and why nothing could be judged, where that is so. */
import { hostOf } from "../packet/address.ts";
import { inputName } from "../capture/input-name.ts";
import { wireKey } from "../octets/text.ts";
import type { Report, ReportConversation, ReportFinding } from "../verdict/report.ts";
import type { Page } from "./page.ts";
import { counted, digits, numberWord } from "./words.ts";

/** What a person reads first, behind the word for the exposure. */
export function headline(report: Report, page: Page): string {
  const { outcome, exposure } = report.verdict;
  const known = sentence(report);
  if (outcome !== "inconclusive") return known;
  const why = `${whyInconclusive(report, page)}.`;
  return exposure === "unknown" || exposure === "protected"
    ? `Could not judge: ${why}`
    : `${known} Could not judge the rest: ${why}`;
}

function sentence(report: Report): string {
  switch (report.verdict.exposure) {
    case "exposed":
      return exposedSentence(report);
    case "interceptable":
      return interceptableSentence(report);
    case "weak":
      return `TLS is used, but weak: ${titles(report.findings)}.`;
    case "protected":
      return protectedSentence(report);
    case "unknown":
      return "Too little was seen to say whether anything is exposed.";
    default:
      return report.verdict.exposure satisfies never;
  }
}

function exposedSentence(report: Report): string {
  const { credentials } = report.exposed;
  const withPassword = credentials.filter(credential => credential.password !== undefined);
  if (withPassword.length > 0) {
    const who = clientsOf(withPassword, report.conversations);
    const one = who === 1;
    const tried = one && isMixed(withPassword);
    const things = one && !tried ? "its password" : "passwords";
    return `${subject(who)} ${one ? "sends" : "send"} ${things} in clear${acceptance(withPassword, one)}.`;
  }
  if (credentials.length > 0) {
    const who = clientsOf(credentials, report.conversations);
    return who === 1
      ? "One client sends its user name in clear, and everything it says."
      : `${subject(who)} send user names in clear, and everything they say.`;
  }
  const anonymous = subjects(report.findings.filter(finding => finding.rule === "MQ202"));
  if (anonymous > 0)
    return anonymous === 1
      ? "One client logs in without credentials, and all it says is in clear."
      : `${subject(anonymous)} log in without credentials, and all they say is in clear.`;
  const topics = report.exposed.topics.length;
  if (topics > 0) return `MQTT in clear: anyone on the path reads ${counted(topics, "topic")}.`;
  const plain = report.conversations.some(c => c.exposure === "exposed" && c.tls === undefined);
  return plain
    ? "MQTT in clear: anyone on the path reads what passes."
    : "TLS without encryption: anyone on the path reads what passes.";
}

/** Whether brokers take what was sent, as far as CONNACKs were seen. */
function acceptance(credentials: Report["exposed"]["credentials"], one: boolean): string {
  const accepted = credentials.filter(c => c.accepted === true).length;
  const refused = credentials.filter(c => c.accepted === false).length;
  if (accepted === 0 && refused === 0) return "";
  if (accepted === 0) return `; the broker refuses ${one ? "it" : "them"}`;
  if (one && isMixed(credentials))
    return `, and the broker accepts ${digits(accepted)} of ${counted(credentials.length, "login")}`;
  const all = one || accepted === credentials.length;
  return `, and the broker accepts ${all ? (one ? "it" : "them") : "some of them"}`;
}

/** Some accepted and some refused: somebody tries passwords, or has had one changed. */
const isMixed = (credentials: Report["exposed"]["credentials"]): boolean =>
  credentials.some(c => c.accepted === true) && credentials.some(c => c.accepted === false);

function interceptableSentence({ findings }: Report): string {
  const blind = subjects(
    findings.filter(finding => finding.rule === "MQ501" && finding.confidence !== "tentative"),
  );
  if (blind === 1)
    return "One client does not verify its broker: whoever sits between them reads and changes everything.";
  if (blind > 1)
    return `${subject(blind)} do not verify their broker: whoever sits between them reads and changes everything.`;
  return `TLS is used, but an attacker in the middle gets in: ${titles(findings)}.`;
}

function protectedSentence({ conversations }: Report): string {
  const verified = conversations.filter(c => c.tls?.clientVerifies === "yes").length;
  const all = conversations.length;
  const who = all === 1 ? "The one conversation is" : `All ${digits(all)} conversations are`;
  const shown =
    verified === 0
      ? "verification not shown"
      : verified === all
        ? "verification shown"
        : `verification shown in ${digits(verified)} of ${digits(all)}`;
  return `${who} encrypted and sound as far as seen; ${shown}.`;
}

/** What kept the program from judging, and what to do about it. */
function whyInconclusive({ captures, coverage, conversations, verdict }: Report, page: Page): string {
  const broken = captures.find(capture => capture.fault !== undefined);
  const fault = broken?.fault;
  if (broken !== undefined && fault !== undefined && (broken.format === "unreadable" || fault.offset === 0))
    return `cannot read ${page.safe(`${inputName(broken.path)}: ${fault.text}`)}. Check the file, or capture again`;
  if (fault !== undefined)
    return `the capture is cut or corrupt at octet ${digits(fault.offset)} (${page.safe(fault.text)}). Copy it again, or capture anew`;
  if (coverage.frames === 0) return "the capture holds no frames. Capture while clients talk to the broker";
  const undecoded = Object.values(coverage.undecodedFrames).reduce((sum, frames) => sum + frames, 0);
  if (conversations.length === 0 && undecoded >= coverage.frames)
    return `none of the ${counted(coverage.frames, "frame")} could be decoded. Capture on an interface with a known link type`;
  if (conversations.length === 0 && coverage.tlsNotJudged > 0)
    return `no MQTT, and TLS only on other ports (${counted(coverage.tlsNotJudged, "connection")}). Name them with --ports, or give --ports all`;
  const { unrecognised } = coverage;
  if (unrecognised.onListedPorts > 0)
    return `${counted(unrecognised.onListedPorts, "connection")} at ports of MQTT carried octets in which neither MQTT nor TLS was recognised. Capture from their start, or name what they speak with --decode-as`;
  if (conversations.length === 0)
    return "no MQTT and no TLS conversation was seen. Capture where clients and broker talk: ports 1883 and 8883";
  if (coverage.limits.length > 0)
    return `a ceiling was reached (${coverage.limits.join(", ")}). Judge smaller captures`;
  return page.safe(verdict.notSeen[0] ?? "too little of it was seen");
}

/** `Three clients`. */
const subject = (n: number): string => `${numberWord(n)} ${n === 1 ? "client" : "clients"}`;

/** Distinct clients of findings, by name or address. */
const subjects = (findings: readonly ReportFinding[]): number =>
  new Set(findings.map(finding => wireKey(finding.subject.client ?? ""))).size;

/** Distinct clients: by client id, where it has none by address. */
function clientsOf(
  credentials: Report["exposed"]["credentials"],
  conversations: readonly ReportConversation[],
): number {
  const nameless = credentials.some(({ clientId }) => clientId.length === 0);
  const addresses = new Map(nameless ? conversations.map(c => [c.id, hostOf(c.client)]) : []);
  return new Set(credentials.map(c => wireKey(c.clientId) || (addresses.get(c.conversation) ?? ""))).size;
}

/** The worst title, and how many other rules fired. */
function titles(findings: readonly ReportFinding[]): string {
  const [worst] = findings;
  if (worst === undefined) return "see the conversations";
  const others = new Set(
    findings.filter(f => f.severity !== "info" && f.rule !== worst.rule).map(f => f.rule),
  ).size;
  return others === 0 ? worst.title : `${worst.title}, and ${counted(others, "other finding")}`;
}
