/** Numbers, sizes, spans of time and plurals as a person reads them. */

/** `1,204`. */
export const digits = (n: number): string => String(n).replace(/\B(?=(?:\d{3})+$)/g, ",");

/** `One`, `Twelve`; digits beyond. Begins a sentence. */
export const numberWord = (n: number): string => WORDS[n] ?? digits(n);

/** `1 frame`, `2,000 frames`; `many` where adding an s does not make it. */
export const counted = (n: number, one: string, many = `${one}s`): string =>
  `${digits(n)} ${n === 1 ? one : many}`;

/** `834 octets`, `12 kB`, `3.4 MB`: decimal prefixes, two figures. */
export function size(octets: number): string {
  if (octets < 1_000) return counted(octets, "octet");
  let value = octets / 1_000;
  let unit = 0;
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1_000;
    unit++;
  }
  return `${value < 9.95 ? value.toFixed(1) : digits(Math.round(value))} ${UNITS[unit]}`;
}

/** `12.3 s`, `3 min 4 s`, `2 h 5 min`, `3 d 4 h`. */
export function duration(milliseconds: number): string {
  const seconds = milliseconds / 1_000;
  if (seconds < 1) return `${Math.round(milliseconds)} ms`;
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 3_600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 1_440) return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
  const hours = Math.round(minutes / 60);
  return `${digits(Math.floor(hours / 24))} d ${hours % 24} h`;
}

const UNITS = ["kB", "MB", "GB", "TB"] as const;

const WORDS: readonly (string | undefined)[] = [
  "No",
  "One",
  "Two",
  "Three",
  "Four",
  "Five",
  "Six",
  "Seven",
  "Eight",
  "Nine",
  "Ten",
  "Eleven",
  "Twelve",
];
