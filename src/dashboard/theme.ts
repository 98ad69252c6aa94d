/** How styles look. Colour helps and never carries meaning alone: every style's text says it too. */
import type { Style } from "./line.ts";

/** Colours are the terminal's own sixteen, by number; undefined is its default. */
export interface Look {
  readonly foreground?: number;
  readonly background?: number;
  readonly bold?: boolean;
  readonly inverse?: boolean;
}

const BLACK = 0;
const RED = 1;
const GREEN = 2;
const YELLOW = 3;
const MAGENTA = 5;
const CYAN = 6;
const WHITE = 7;
/** Of terminals with sixteen colours; the others show their default instead. */
const GREY = 8;

const COLOR: Readonly<Record<Style, Look>> = {
  plain: {},
  faint: { foreground: GREY },
  strong: { bold: true },
  frame: { foreground: CYAN },
  secret: { foreground: YELLOW, bold: true },
  chosen: { inverse: true },
  exposed: { foreground: RED, bold: true },
  interceptable: { foreground: MAGENTA, bold: true },
  weak: { foreground: YELLOW },
  unknown: { bold: true },
  protected: { foreground: GREEN },
  critical: { foreground: RED, bold: true },
  high: { foreground: RED },
  medium: { foreground: YELLOW },
  low: { foreground: CYAN },
  info: {},
  "banner-exposed": { foreground: WHITE, background: RED, bold: true },
  "banner-interceptable": { foreground: WHITE, background: MAGENTA, bold: true },
  "banner-weak": { foreground: BLACK, background: YELLOW },
  "banner-unknown": { inverse: true },
  "banner-protected": { foreground: BLACK, background: GREEN },
};

/** The look of a style; without colour (NO_COLOR) bold and inverse are left. */
export function lookOf(style: Style, color: boolean): Look {
  const look = COLOR[style];
  if (color) return look;
  return {
    ...(look.bold === true && { bold: true }),
    ...((look.inverse === true || style.startsWith("banner-")) && { inverse: true }),
  };
}
