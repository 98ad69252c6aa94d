/** Detail views of stories as text, for the tests of this folder. */
import { detailView } from "../../../src/dashboard/detail/detail.ts";
import type { Page } from "../../../src/dashboard/detail/page.ts";
import { recorded, type Unit } from "../../../src/dashboard/history.ts";
import type { Line, Size } from "../../../src/dashboard/line.ts";
import { fold, type Model, newModel } from "../../../src/dashboard/model.ts";
import type { DetailScreen, Subject } from "../../../src/dashboard/state.ts";
import { RULES } from "../../../src/finding/rules/index.ts";
import type { Conversation } from "../../../src/session/conversation.ts";
import { affectsOf } from "../../../src/verdict/exposure.ts";
import { watchStory } from "../../watched.ts";

const models = new Map<string, Promise<Model>>();

/** What the dashboard knows after a story, folded once a test file. */
export function modelOf(story: string): Promise<Model> {
  const known = models.get(story);
  if (known !== undefined) return known;
  const model = newModel(affectsOf(RULES));
  const folded = watchStory(story, observation => fold(model, observation)).then(() => model);
  models.set(story, folded);
  return folded;
}

export const conversationOf = (model: Model, index = 0): Conversation => {
  const found = [...model.conversations][index];
  if (found === undefined) throw new Error(`no conversation ${index}`);
  return found;
};

export const unitsOf = (model: Model, conversation: Conversation): readonly Unit[] =>
  recorded(model.history, conversation).units;

export interface Look extends Partial<Size> {
  readonly tab?: number;
  readonly at?: number;
  readonly reveal?: boolean;
}

/** A page at 120 × 40 unless told otherwise. */
export function page(model: Model, subject: Subject, look: Look = {}): Page {
  const { tab = 0, at = 0, reveal = false, columns = 120, rows = 40 } = look;
  const screen: DetailScreen = {
    show: "detail",
    subject,
    tab,
    at,
    key: undefined,
    back: { show: "overview" },
  };
  return detailView(model, screen, reveal, { columns, rows });
}

export const textOf = (line: Line): string => line.map(({ text }) => text).join("");

/** The lines of a page, one below the other. */
export const text = (model: Model, subject: Subject, look: Look = {}): string =>
  page(model, subject, look).lines.map(textOf).join("\n");

/** What stands out on a page. */
export const chosen = ({ lines }: Page): string[] =>
  lines
    .map(line =>
      line
        .filter(({ style }) => style === "chosen")
        .map(one => one.text)
        .join(""),
    )
    .filter(one => one !== "");
