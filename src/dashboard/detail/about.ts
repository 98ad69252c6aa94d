/** What a conversation is about: its two ends, what anyone reads of it, what TLS still shows and hides, its findings. */
import type { Conversation } from "../../session/conversation.ts";
import { isReadable } from "../../session/readable.ts";
import { textOfKey, wireKey } from "../../octets/text.ts";
import { reportConversation } from "../../verdict/conversation.ts";
import { hidden, stillShown } from "../../verdict/residual.ts";
import { line, shown, shownUnless, span, type Style } from "../line.ts";
import { clientOf, type Model } from "../model.ts";
import { findings } from "../panels/findings.ts";
import { number } from "../panels/panel.ts";
import type { Finding } from "../../finding/finding.ts";
import type { Subject } from "../state.ts";
import { grantText, loginText } from "./mqtt-words.ts";
import { NAME_WIDTH, type Row } from "./page.ts";

/** Rows by kind; Enter opens clients, brokers, topics and findings. */
export function about(model: Model, conversation: Conversation, reveal: boolean, columns: number): Row[] {
  const { connection, tls } = conversation;
  const client = clientOf(conversation);
  const report = reportConversation(conversation, model.affects, { several: false, verbose: false });
  return [
    ...part("client", [[shownUnless(reveal, textOfKey(client)), { of: "client", client }]]),
    ...part("broker", [[connection.server.text, { of: "broker", broker: connection.server.text }]]),
    ...(tls === undefined
      ? []
      : [
          ...part("verifies", [[`${tls.clientVerifies.answer}: ${shown(tls.clientVerifies.text, 200)}`]]),
          ...part(
            "still shows",
            stillShown(report).map(({ what, values }) => [
              `${what}: ${values.map(value => shown(value)).join(", ")}`,
            ]),
          ),
          ...part(
            "is hidden",
            hidden(report).map(what => [what]),
            "protected",
          ),
        ]),
    ...readableRows(conversation, reveal),
    ...findingRows(model, finding => concerns(finding, conversation), reveal, columns),
  ];
}

/** Rows under one name: a text each, and what Enter opens of it. */
export function part(
  name: string,
  rows: readonly (readonly [text: string, opens?: Subject])[],
  style: Style = "plain",
): Row[] {
  return rows.map(([text, opens], index) => ({
    key: `${name} ${text}`,
    line: () => line(span((index === 0 ? name : "").padEnd(NAME_WIDTH), "strong"), span(text, style)),
    opens,
  }));
}

/** The findings that `isWanted`, the worst first. */
export function findingRows(
  model: Model,
  isWanted: (finding: Finding) => boolean,
  reveal: boolean,
  columns: number,
): Row[] {
  const own = new Set([...model.findings].filter(isWanted));
  const wanted = findings({ ...model, findings: own }, { reveal, columns: columns - NAME_WIDTH });
  return wanted.map((item, index) => ({
    key: item.key,
    line: () => [
      span((index === 0 ? "findings" : "").padEnd(NAME_WIDTH), "strong"),
      ...(item.lines()[0] ?? []),
    ],
    opens: item.subject,
  }));
}

const concerns = ({ evidence }: Finding, { id }: Conversation): boolean =>
  evidence.some(({ conversation }) => conversation === id);

/** Logins, wills, topics and filters of a conversation; nothing of it where nobody reads it. */
function readableRows(conversation: Conversation, reveal: boolean): Row[] {
  const { mqtt } = conversation;
  if (mqtt === undefined) return [];
  const name = isReadable(conversation) ? "anyone reads" : "opened here";
  const topics = [...mqtt.topics].slice(0, MOST_TOPICS);
  return [
    ...part(
      name,
      mqtt.credentials.map(credential => [loginText(credential, reveal)]),
    ),
    ...part(
      "will",
      mqtt.wills.map(({ topic }) => [shownUnless(reveal, topic), { of: "topic", topic: wireKey(topic) }]),
    ),
    ...part(
      "topics",
      topics.map(topic => [shownUnless(reveal, textOfKey(topic)), { of: "topic", topic }]),
    ),
    ...part(
      "",
      mqtt.topics.size > topics.length ? [[`… ${number(mqtt.topics.size - topics.length)} more`]] : [],
    ),
    ...part(
      "asks for",
      mqtt.subscriptions.map(subscription => [grantText(subscription, conversation, reveal)]),
    ),
  ];
}

const MOST_TOPICS = 100;
