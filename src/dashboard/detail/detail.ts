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
 * `screen.at` may be beyond the page's end when the page has shrunk: a page takes it as the last unit.
 */
import type { Line, Size } from "../line.ts";
import { line, span } from "../line.ts";
import type { Model } from "../model.ts";
import type { DetailScreen } from "../state.ts";
import { findingPage } from "./finding.ts";
import type { Page } from "./page.ts";

/** The page of whatever the screen is about; secrets as their length unless they are revealed. */
export function detailView(_model: Model, screen: DetailScreen, reveal: boolean, size: Size): Page {
  const { subject } = screen;
  switch (subject.of) {
    case "finding":
      return findingPage(subject.finding, screen, reveal, size);
    case "conversation":
      return bare(`Conversation #${subject.conversation.id}`);
    case "client":
      return bare("Client");
    case "broker":
      return bare("Broker");
    case "topic":
      return bare("Topic");
    default:
      return subject satisfies never;
  }
}

const bare = (title: string): Page => ({ title, units: 1, lines: NOTHING });

const NOTHING: readonly Line[] = [line(span("nothing more is known", "faint"))];
