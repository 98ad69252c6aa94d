/** What keys do: one row each, of which the help screen is made too. */

/** What is shown: one value, never a handful of flags. */
type Screen = { readonly show: "overview" } | { readonly show: "help"; readonly back: Screen };

export interface State {
  readonly screen: Screen;
  /** Secrets are shown. */
  readonly reveal: boolean;
  /** Asked once, the capture ends and is judged; asked twice, the screen is left at once. */
  readonly leave: "no" | "by-verdict" | "at-once";
}

export interface Key {
  /** Names as the terminal gives them; the first is what the help shows. */
  readonly keys: readonly [string, ...string[]];
  readonly does: string;
  readonly apply: (state: State) => State;
}

export const KEYS: readonly Key[] = [
  {
    keys: ["q", "C-c"],
    does: "end the capture and judge it; once more leaves at once",
    apply: state => ({ ...state, leave: state.leave === "no" ? "by-verdict" : "at-once" }),
  },
  {
    keys: ["r"],
    does: "show secrets, hide them again",
    apply: state => ({ ...state, reveal: !state.reveal }),
  },
  {
    keys: ["?", "h"],
    does: "this help",
    apply: state => ({
      ...state,
      screen: state.screen.show === "help" ? state.screen.back : { show: "help", back: state.screen },
    }),
  },
  {
    keys: ["escape"],
    does: "back",
    apply: state => (state.screen.show === "help" ? { ...state, screen: state.screen.back } : state),
  },
];

export const startState = (reveal: boolean): State => ({ screen: { show: "overview" }, reveal, leave: "no" });

/** The state after a key; keys without a row change nothing. */
export const press = (state: State, name: string): State =>
  KEYS.find(({ keys }) => keys.includes(name))?.apply(state) ?? state;
