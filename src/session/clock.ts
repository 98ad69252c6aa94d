/** Whether a capture's clock can be right: what expires is judged by it. */
import type { Timestamp } from "../octets/time.ts";

/** Before MQTT there was nothing to capture: such a time is a clock that was never set. */
export const isPlausible = (at: Timestamp): boolean => at >= YEAR_2000;

/** So far back no reordering reaches, only a clock that was set: microseconds. */
export const CLOCK_STEP = 60_000_000;

const YEAR_2000 = Date.UTC(2000, 0, 1) * 1000;
