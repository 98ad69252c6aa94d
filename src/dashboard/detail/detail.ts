/**
 * Detail views: what Enter opens. Each is a pure function from the model, the screen's state and the room to a `Page`,
 * in a file of its own beside this one; the screen around it (heading, keys, mouse, scrolling bounds) is `view.ts` and
 * `keys.ts`, which know of a page only what `page.ts` says:
 *
 * - up and down, Page Up and Page Down, Home and End change `screen.at` within `page.units`: the selected packet or
 *   certificate, or the first line of a page that is read by lines (`scrolled`);
 * - Tab, left and right change `screen.tab` within `page.tabs`;
 * - Enter opens `page.opens`, Esc goes back to where this was opened from;
 * - a click selects the unit that `page.unitOf` names for that line.
 *
 * `screen.key` names the unit that was chosen, wherever it stands by now; `page.at` says where that is. Without it, or when
 * it is gone, `screen.at` counts, and may be beyond the page's end when the page has shrunk: then it is the last unit.
 */
import type { Size } from "../line.ts";
import { clientOf, type Model } from "../model.ts";
import type { DetailScreen, Parties, Subject } from "../state.ts";
import { partiesOf } from "../panels/findings.ts";
import { brokerPage } from "./broker.ts";
import { clientPage } from "./client.ts";
import { conversationPage } from "./conversation.ts";
import { findingPage } from "./finding.ts";
import type { Page } from "./page.ts";
import { topicPage } from "./topic.ts";
import { unitPage } from "./unit.ts";

/** The page of whatever the screen is about; secrets as their length unless they are revealed. */
export function detailView(model: Model, screen: DetailScreen, reveal: boolean, size: Size): Page {
  const { subject } = screen;
  return { parties: partiesIn(subject), ...pageOf(model, screen, reveal, size) };
}

/** Whose the subject is, as far as it says so. */
function partiesIn(subject: Subject): Parties {
  switch (subject.of) {
    case "finding":
      return partiesOf(subject.finding.subject);
    case "conversation":
    case "unit": {
      const { conversation } = subject;
      return { client: clientOf(conversation), broker: conversation.connection.server.text };
    }
    case "client":
    case "broker":
    case "topic":
      return {};
    default:
      return subject satisfies never;
  }
}

function pageOf(model: Model, screen: DetailScreen, reveal: boolean, size: Size): Page {
  const { subject, at } = screen;
  switch (subject.of) {
    case "finding":
      return findingPage(model, subject.finding, screen, reveal, size);
    case "conversation":
      return conversationPage(model, subject.conversation, screen, reveal, size);
    case "unit":
      return unitPage(subject.conversation, subject.unit, at, reveal, size);
    case "client":
      return clientPage(model, subject.client, screen, reveal, size);
    case "broker":
      return brokerPage(model, subject.broker, screen, reveal, size);
    case "topic":
      return topicPage(model, subject.topic, screen, reveal, size);
    default:
      return subject satisfies never;
  }
}
