/** What the screen is about: one value, which keys and the mouse replace and the view draws. */
import type { Finding } from "../finding/finding.ts";
import type { Conversation } from "../session/conversation.ts";
import type { Unit } from "./history.ts";

/** The lists of the overview, in the order that Tab goes through them: the first two are BEFORE, the third is AFTER. */
export const PANELS = ["logins", "topics", "tls", "conversations", "findings"] as const;
export type Panel = (typeof PANELS)[number];

/**
 * What a detail view is about. Conversations and findings are the observed objects themselves, which grow while they
 * last and stay readable after the lists have let go of them.
 */
export type Subject =
  | { readonly of: "conversation"; readonly conversation: Conversation }
  /** Key of the client id, or the client's address where none is known: of `finding.subject.client`. */
  | { readonly of: "client"; readonly client: string }
  /** The broker's endpoint. */
  | { readonly of: "broker"; readonly broker: string }
  /** The key in `model.topics`. */
  | { readonly of: "topic"; readonly topic: string }
  | { readonly of: "finding"; readonly finding: Finding }
  /** One unit of a conversation; a copy, since the history writes its own anew. */
  | { readonly of: "unit"; readonly conversation: Conversation; readonly unit: Unit };

/** The two ends of something, as subjects name them: the client by the key of its name. */
export interface Parties {
  readonly client?: string | undefined;
  readonly broker?: string | undefined;
}

/** A detail view, and where in it the user is. */
export interface DetailScreen {
  readonly show: "detail";
  readonly subject: Subject;
  /** Which of the page's tabs. */
  readonly tab: number;
  /** Which of the page's units: a packet, a certificate; or the first line, where a page is read by lines. */
  readonly at: number;
  /** The same unit by its name, so that it stays selected when others come before it; undefined until one is chosen. */
  readonly key: UnitKey | undefined;
  readonly back: Screen;
}

/** What tells a page's units apart, whatever comes and goes. */
export type UnitKey = string | number;

/** What is shown: one value, never a handful of flags. */
export type Screen =
  | { readonly show: "overview" }
  | DetailScreen
  /** The overview while a filter is typed; `before` is what it was. */
  | { readonly show: "filter"; readonly before: string }
  /** `at` is its first line. */
  | { readonly show: "help"; readonly at: number; readonly back: Screen };

/** The columns of conversations, in the order that `s` goes through them; the first is what a screen begins with. */
export const SORTS = ["last", "id", "client", "server", "speaks", "exposure", "octets", "findings"] as const;
export type Sort = (typeof SORTS)[number];

/** Where in a list the user is: an item by its key, so that it stays selected when the list is sorted anew. */
export interface Cursor {
  readonly key: string | undefined;
  /** Where the item stood when it was selected; used once it is gone. */
  readonly index: number;
  /** The item at the top of the panel. */
  readonly offset: number;
}

export interface State {
  readonly screen: Screen;
  /** The list that keys move in; undefined until one is asked for. */
  readonly panel: Panel | undefined;
  readonly cursors: Readonly<Record<Panel, Cursor>>;
  readonly sort: { readonly by: Sort; readonly reversed: boolean };
  /** Words that every row of the lists must hold; empty for all rows. */
  readonly filter: string;
  /** Secrets are shown. */
  readonly reveal: boolean;
  /** The screen stands still; what comes in is taken in all the same. */
  readonly paused: boolean;
  /** How often each was asked for: what is done about it is not the screen's. */
  readonly asked: { readonly exports: number; readonly steps: number; readonly stops: number };
  /** The answer to what was asked for last, until the next key. */
  readonly answer: string;
  /** Asked once, the capture ends and is judged; asked twice, the screen is left at once. */
  readonly leave: "no" | "by-verdict" | "at-once";
}

const TOP: Cursor = { key: undefined, index: 0, offset: 0 };

export const startState = (reveal: boolean): State => ({
  screen: { show: "overview" },
  panel: undefined,
  cursors: { logins: TOP, topics: TOP, tls: TOP, conversations: TOP, findings: TOP },
  sort: { by: SORTS[0], reversed: false },
  filter: "",
  reveal,
  paused: false,
  asked: { exports: 0, steps: 0, stops: 0 },
  answer: "",
  leave: "no",
});

/** The state with a subject's detail open, from its first tab and unit on. */
export const opened = (state: State, subject: Subject): State => ({
  ...state,
  screen: { show: "detail", subject, tab: 0, at: 0, key: undefined, back: state.screen },
});
