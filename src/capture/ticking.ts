/** The clock of a live capture, which goes on while nothing is captured. */

export interface Clock {
  /** True once a second. */
  due(): boolean;
  stop(): void;
}

/** `wake` is called with each tick. */
export function ticking(wake: () => void): Clock {
  let due = false;
  const timer = setInterval(() => {
    due = true;
    wake();
  }, 1000);
  return {
    due: () => {
      const was = due;
      due = false;
      return was;
    },
    stop: () => clearInterval(timer),
  };
}
