/** What the mouse does to the state. */
import { describe, expect, test } from "vitest";
import type { Panel, State } from "../../src/dashboard/state.ts";
import { startState } from "../../src/dashboard/state.ts";
import { click, type Drawn, wheel } from "../../src/dashboard/mouse.ts";
import { view } from "../../src/dashboard/view.ts";
import { modelOf, pressed, scene } from "./scene.ts";

const model = modelOf(scene());
const SIZES = [
  { columns: 60, rows: 20 },
  { columns: 80, rows: 24 },
  { columns: 120, rows: 40 },
  { columns: 200, rows: 50 },
];

/** The first cell on which a text stands. */
function find({ lines }: Drawn, text: string): [x: number, y: number] {
  for (const [y, line] of lines.entries()) {
    const x = line
      .map(span => span.text)
      .join("")
      .indexOf(text);
    if (x >= 0) return [x, y];
  }
  throw new Error(`${text} is not on the screen`);
}

function clickOn(state: State, text: string, size: (typeof SIZES)[number]): State {
  const drawn = view(model, state, size);
  return click(state, ...find(drawn, text), drawn);
}

describe("the mouse", () => {
  test.each(SIZES)("selects what is clicked and opens it with the second at $columns × $rows", size => {
    const rows: readonly (readonly [string, Panel])[] = [
      ["device_fleet", "logins"],
      ["iot/sensor/temp", "topics"],
      ["TLS 1.2", "tls"],
      ["3    192.0.2.10:", "conversations"],
      ["MQ101  3 ×", "findings"],
    ];
    for (const [text, panel] of rows) {
      const once = clickOn(startState(false), text, size);
      expect(once.panel).toBe(panel);
      expect(once.screen.show).toBe("overview");
      expect(clickOn(once, text, size).screen.show).toBe("detail");
    }
  });

  test("sorts by the column whose name is clicked, and the other way round the second time", () => {
    const size = { columns: 120, rows: 40 };
    const once = clickOn(startState(false), "exposure", size);
    expect(once.sort).toEqual({ by: "exposure", reversed: false });
    expect(clickOn(once, "exposure", size).sort).toEqual({ by: "exposure", reversed: true });
  });

  test("turns the wheel of the panel under it", () => {
    const size = { columns: 120, rows: 40 };
    const drawn = view(model, startState(false), size);
    const over = wheel(startState(false), ...find(drawn, "192.0.2.10:41011"), 1, drawn);
    expect(over).toMatchObject({ panel: "conversations", cursors: { conversations: { index: 1 } } });
  });

  test("scrolls a page", () => {
    const size = { columns: 60, rows: 20 };
    const open = pressed(model, ["S-tab", "enter"], startState(false), size);
    const drawn = view(model, open, size);
    expect(wheel(open, 10, 10, 1, drawn).screen).toMatchObject({ at: 3 });
    expect(wheel(open, 10, 10, -1, drawn).screen).toMatchObject({ at: 0 });
  });

  test("does nothing on the verdict, on headings and in empty places", () => {
    const state = startState(false);
    const drawn = view(model, state, { columns: 120, rows: 40 });
    expect(click(state, 0, 0, drawn)).toBe(state);
    expect(click(state, 119, 39, drawn)).toBe(state);
  });
});
