/** What is selected stays selected while others come before it, on the overview and on pages. */
import { describe, expect, test } from "vitest";
import { fold, type Model } from "../../src/dashboard/model.ts";
import { click } from "../../src/dashboard/mouse.ts";
import type { State } from "../../src/dashboard/state.ts";
import { view } from "../../src/dashboard/view.ts";
import type { Conversation } from "../../src/session/conversation.ts";
import type { Timestamp } from "../../src/octets/time.ts";
import type { EventOf } from "../../src/session/event.ts";
import { modelOf, opened, plain, pressed, publish } from "./scene.ts";

const SIZE = { columns: 120, rows: 40 };

/** As the stages give it, with the octets of its unit. */
function message(of: Conversation, frame: number, topic: string, payload: string) {
  const one = publish(of, frame, topic, payload) as { kind: "event"; event: EventOf<"mqtt.publish"> };
  const body = Buffer.from(`\0${String.fromCharCode(topic.length)}${topic}${payload}`);
  const octets = Buffer.concat([Buffer.from([0x30, body.length]), body]);
  return { ...one, event: { ...one.event, unit: { octets, start: 0, end: octets.length } } };
}

const selected = (model: Model, state: State): string =>
  view(model, state, SIZE)
    .lines.map(line =>
      line
        .filter(({ style }) => style === "chosen")
        .map(({ text }) => text)
        .join(""),
    )
    .filter(text => text !== "")
    .join("\n");

function fleet(): { model: Model; device: Conversation } {
  const device = plain(0, "192.0.2.7:50000");
  const model = modelOf([opened(device)]);
  for (let n = 0; n < 10; n++) fold(model, message(device, n + 2, "t", `value ${n}`));
  return { model, device };
}

describe("what is selected", () => {
  test("is the conversation that was at the top when its panel was entered, though later ones come first", () => {
    const { model } = fleet();
    const state = pressed(model, ["tab", "tab", "tab", "tab"]);
    expect(state.panel).toBe("conversations");
    expect(selected(model, state)).toContain("192.0.2.7:50000");
    const later = plain(1, "192.0.2.8:50001");
    fold(model, opened(later, 99));
    Object.assign(later.connection, { last: (later.connection.last + 60_000_000) as Timestamp });
    expect(view(model, state, SIZE).lists.conversations.items[0]!.key).toBe("1");
    expect(selected(model, state)).toContain("192.0.2.7:50000");
    expect(pressed(model, ["enter"], state).screen).toMatchObject({ subject: { conversation: { id: 0 } } });
  });

  test("is one message of a topic, though newer ones are listed above it; Home follows the newest again", () => {
    const { model, device } = fleet();
    const open = pressed(model, ["tab", "tab", "enter"]);
    expect(open.screen).toMatchObject({ subject: { of: "topic" } });
    expect(selected(model, open)).toContain("value 9");
    const state = pressed(model, ["down", "down"], open);
    expect(selected(model, state)).toContain("value 7");
    for (let n = 10; n < 14; n++) fold(model, message(device, n + 2, "t", `value ${n}`));
    expect(selected(model, state)).toContain("value 7");
    expect(selected(model, pressed(model, ["down"], state))).toContain("value 6");
    expect(selected(model, pressed(model, ["home"], state))).toContain("value 13");
  });

  test("is one packet of a conversation until it is no longer kept", () => {
    const { model, device } = fleet();
    const open = pressed(model, ["tab", "tab", "tab", "tab", "enter"]);
    for (let n = 10; n < 88; n++) fold(model, message(device, n + 2, "t", `value ${n}`));
    const state = pressed(model, ["end", ...Array.from({ length: 20 }, () => "up")], open);
    const before = selected(model, state);
    expect(before).toContain("value 67");
    // 24 first ones and the latest 64 are kept: those in between move up with each that comes.
    for (let n = 88; n < 100; n++) fold(model, message(device, n + 2, "t", `value ${n}`));
    expect(selected(model, state)).toBe(before);
    const drawn = view(model, state, SIZE);
    const area = drawn.areas[0]!;
    const row = "unitOf" in area.of ? area.of.unitOf.indexOf(drawn.page!.at) : -1;
    expect(click(state, 3, area.top + row, drawn).screen).toMatchObject({ subject: { of: "unit" } });
    for (let n = 100; n < 200; n++) fold(model, message(device, n + 2, "t", `value ${n}`));
    expect(selected(model, state)).not.toBe(before);
    expect(selected(model, state)).not.toBe("");
  });
});
