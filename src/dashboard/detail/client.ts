/** One client: its connections, with which logins, what they carried, and whether it verifies whom it talks to. */
import { textOfKey, wireKey } from "../../octets/text.ts";
import { rfc3339 } from "../../octets/time.ts";
import type { Conversation } from "../../session/conversation.ts";
import { exposureOf } from "../../verdict/exposure.ts";
import { column, type Line, line, shown, shownUnless, type Size, span, type Style } from "../line.ts";
import type { Model } from "../model.ts";
import { counted, octetsText } from "../panels/panel.ts";
import { partiesOf } from "../panels/findings.ts";
import { speaks } from "../panels/conversations.ts";
import type { DetailScreen, Subject } from "../state.ts";
import { findingRows, part } from "./about.ts";
import { loginText } from "./mqtt-words.ts";
import { listPage, type Page, type Row } from "./page.ts";
import { endingText } from "./summary.ts";

/** `client` is the key of a Client Identifier, or an address. */
export function clientPage(
  model: Model,
  client: string,
  screen: DetailScreen,
  reveal: boolean,
  size: Size,
): Page {
  const own = [...model.conversations].filter(conversation => isOf(conversation, client));
  const title = `Client ${shownUnless(reveal, textOfKey(client), 64)}`;
  const rows =
    screen.tab === 0
      ? own.map(conversation => connectionRow(model, conversation, "server", size.columns))
      : aboutRows(model, client, own, reveal, size.columns);
  return listPage(title, TABS, headOf(own), rows, "none of its connections is kept any more", screen, size);
}

/** Whether a conversation is this client's, by one of its names or by its address. */
const isOf = ({ mqtt, connection }: Conversation, client: string): boolean =>
  connection.client.address === client || (mqtt?.clientIds.some(id => wireKey(id) === client) ?? false);

function headOf(own: readonly Conversation[]): Line[] {
  const addresses = new Set(own.map(({ connection }) => connection.client.address));
  const octets = own.reduce((sum, { connection: { octets: both } }) => sum + both.client + both.server, 0);
  const open = own.filter(({ ended }) => ended === undefined).length;
  return [
    line(span([...addresses].slice(0, 4).join(", "), "strong")),
    line(span(`${counted(own.length, "connection")}, ${open} open, ${octetsText(octets)}`, "faint")),
  ];
}

/** One connection: when, with whom, what is spoken, how exposed, what came of it. */
export function connectionRow(
  model: Model,
  conversation: Conversation,
  end: "client" | "server",
  columns: number,
): Row {
  const { id, connection } = conversation;
  const exposure = exposureOf(conversation, model.affects);
  const [said, style] = outcome(conversation);
  const narrow = columns < ROOMY;
  const ends = Math.min(Math.max(columns - (narrow ? 64 : 91), 16), 40);
  const all = columns >= NARROWEST;
  return {
    key: id,
    line: () =>
      line(
        span(column(`#${id}`, 6), "faint"),
        span(all ? `${rfc3339(connection.first).slice(11, 19)}  ` : "", "faint"),
        span(`${column(connection[end].text, ends)} `),
        span(column(exposure.toUpperCase(), 14), exposure),
        span(all ? column(speaks(conversation), 11) : ""),
        // In a narrow row the state is a word, and "login" goes without saying.
        span(narrow ? column(said.replace(/^login /u, ""), 17) : column(said, 18), style),
        span(stateText(conversation, narrow), "faint"),
      ),
    opens: { of: "conversation", conversation },
  };
}

function stateText(conversation: Conversation, narrow: boolean): string {
  if (!narrow) return endingText(conversation) ?? "open";
  const { ended, tls } = conversation;
  return IN_A_WORD.get(ended === "rst" && tls?.goodbye === true ? "fin" : (ended ?? "")) ?? "open";
}

/** `endingText` where there is no room for it. */
const IN_A_WORD: ReadonlyMap<string, string> = new Map([
  ["fin", "shut"],
  ["rst", "reset"],
  ["idle", "idle"],
  ["evicted", "gone"],
  ["capture-ended", "open"],
]);

/** Columns from which on a row has room for a sentence about the state, and for all else that it says. */
const ROOMY = 113;
const NARROWEST = 80;

/** What the broker made of its login; under TLS, whether it verifies the broker. */
function outcome({ mqtt, tls }: Conversation): readonly [said: string, style: Style] {
  if (tls !== undefined) {
    const { answer } = tls.clientVerifies;
    return [
      `verifies ${answer}`,
      answer === "no" ? "interceptable" : answer === "yes" ? "protected" : "faint",
    ];
  }
  const answers = new Set(mqtt?.credentials.map(({ accepted }) => accepted));
  return [answers.has(true) ? "login accepted" : answers.has(false) ? "login refused" : "", "plain"];
}

function aboutRows(
  model: Model,
  client: string,
  own: readonly Conversation[],
  reveal: boolean,
  columns: number,
): Row[] {
  const logins = new Set(
    own.flatMap(({ mqtt }) => mqtt?.credentials.map(one => loginText(one, reveal)) ?? []),
  );
  const topics = new Set(own.flatMap(({ mqtt }) => [...(mqtt?.topics ?? [])]));
  const brokers = new Set(own.map(({ connection }) => connection.server.text));
  const verifies = new Set(
    own.flatMap(({ tls }) =>
      tls === undefined ? [] : `${tls.clientVerifies.answer}: ${shown(tls.clientVerifies.text, 200)}`,
    ),
  );
  return [
    ...part(
      "brokers",
      rowsOf(brokers, broker => [broker, { of: "broker", broker }]),
    ),
    ...part(
      "logins",
      rowsOf(logins, text => [text]),
    ),
    ...part(
      "verifies",
      rowsOf(verifies, text => [text]),
    ),
    ...part(
      "topics",
      rowsOf(topics, topic => [shownUnless(reveal, textOfKey(topic)), { of: "topic", topic }]),
    ),
    ...findingRows(model, finding => partiesOf(finding.subject).client === client, reveal, columns),
  ];
}

/** As many as anybody goes through. */
const rowsOf = (
  values: ReadonlySet<string>,
  row: (value: string) => readonly [text: string, opens?: Subject],
): (readonly [text: string, opens?: Subject])[] => [...values].slice(0, MOST).map(row);

const TABS = ["connections", "about"];
const MOST = 200;
