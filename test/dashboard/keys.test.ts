/** What keys do to the state. */
import { describe, expect, test } from "vitest";
import { KEYS } from "../../src/dashboard/keys.ts";
import { startState } from "../../src/dashboard/state.ts";
import { emptyModel, modelOf, pressed, scene } from "./scene.ts";

const start = startState(false);
const model = modelOf(scene());
const after = (...keys: string[]) => pressed(model, keys);

describe("keys", () => {
  test("no key does two things", () => {
    const names = KEYS.flatMap(key => key.keys);
    expect(new Set(names).size).toBe(names.length);
  });

  test("q and Ctrl-C end by verdict first, and at once the second time", () => {
    expect(after("q").leave).toBe("by-verdict");
    expect(after("C-c", "q").leave).toBe("at-once");
  });

  test("r turns secrets on and off, also where they were on from the start", () => {
    expect(after("r").reveal).toBe(true);
    expect(pressed(model, ["r"], startState(true)).reveal).toBe(false);
  });

  test("the help leads back to where it was called", () => {
    const help = after("?");
    expect(help.screen).toEqual({ show: "help", at: 0, back: { show: "overview" } });
    expect(pressed(model, ["?"], help).screen).toEqual({ show: "overview" });
    expect(pressed(model, ["escape"], help).screen).toEqual({ show: "overview" });
  });

  test("other keys change nothing", () => {
    expect(after("x")).toEqual(start);
    expect(after("escape")).toEqual(start);
  });

  test("tab goes through the panels and round, shift-tab the other way", () => {
    expect(after("tab").panel).toBe("logins");
    expect(after("tab", "tab", "l", "right", "tab").panel).toBe("findings");
    expect(after("tab", "tab", "tab", "tab", "tab", "tab").panel).toBe("logins");
    expect(after("S-tab").panel).toBe("findings");
    expect(after("tab", "escape").panel).toBeUndefined();
  });

  test("escape takes a filter that is kept away first, and the panel's focus after that", () => {
    const kept = after("tab", "/", "t", "e", "m", "p", "enter");
    expect(kept).toMatchObject({ filter: "temp", panel: "logins" });
    const all = pressed(model, ["escape"], kept);
    expect(all).toMatchObject({ filter: "", panel: "logins" });
    expect(pressed(model, ["escape"], all).panel).toBeUndefined();
  });

  test("up and down stay within the list", () => {
    const list = ["tab", "tab"];
    expect(after(...list, "down").cursors.topics).toMatchObject({ key: "iot/sensor/humidity", index: 1 });
    expect(after(...list, "j", "j", "j").cursors.topics.index).toBe(1);
    expect(after(...list, "end", "k").cursors.topics.key).toBe("iot/sensor/temp");
    expect(after(...list, "pagedown").cursors.topics.index).toBe(1);
    expect(after(...list, "end", "home").cursors.topics.index).toBe(0);
  });

  test("enter opens what is selected, escape goes back to it", () => {
    const open = after("tab", "tab", "down", "enter");
    expect(open.screen).toMatchObject({
      show: "detail",
      subject: { of: "topic", topic: "iot/sensor/humidity" },
    });
    expect(pressed(model, ["escape"], open)).toMatchObject({
      screen: { show: "overview" },
      panel: "topics",
      cursors: { topics: { index: 1 } },
    });
  });

  test("an empty list has nothing to open", () => {
    expect(pressed(emptyModel(), ["tab", "down", "enter"]).screen.show).toBe("overview");
  });

  test("a page is read to its end and no further", () => {
    const open = after("S-tab", "enter");
    expect(open.screen).toMatchObject({ subject: { of: "finding" }, at: 0 });
    expect(pressed(model, ["up"], open).screen).toMatchObject({ at: 0 });
    const small = { columns: 60, rows: 20 };
    const ended = pressed(model, ["end", "down", "down"], open, small).screen;
    expect(ended).toMatchObject({ at: expect.any(Number) });
    expect(pressed(model, ["up"], { ...open, screen: ended }, small).screen).not.toEqual(ended);
  });
});
