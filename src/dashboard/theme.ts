/** How styles look. Colour helps and never carries meaning alone: every style's text says it too. */
import type { Style } from "./line.ts";

/** Colours by number; undefined is the terminal's default, so that light terminals stay light and dark ones dark. */
export interface Look {
  readonly foreground?: number;
  readonly background?: number;
  readonly bold?: boolean;
  readonly inverse?: boolean;
}

/** As `Look`, each colour by how many the terminal has. */
interface Paint {
  readonly foreground?: Colour;
  readonly background?: Colour;
  readonly bold?: boolean;
  readonly inverse?: boolean;
}

/**
 * A colour of the 256, read as well on white as on black (4 : 1 or nearly, WCAG 2.2 §1.4.3), and what stands for it
 * where there are 8 or 16: these are the user's own, whatever they look like.
 */
interface Colour {
  readonly of256: number;
  readonly of8: number | undefined;
}

const RED = { of256: 160, of8: 1 };
const ORANGE = { of256: 166, of8: 3 };
const GREEN = { of256: 28, of8: 2 };
const MAGENTA = { of256: 127, of8: 5 };
const BLUE = { of256: 31, of8: 6 };
/** Of 16 colours there is none that is faint in every palette. */
const GREY = { of256: 244, of8: undefined };

const WHITE = { of256: 231, of8: 7 };
const BLACK = { of256: 16, of8: 0 };
const AMBER = { of256: 214, of8: 3 };
const SLATE = { of256: 240, of8: undefined };

const BANDS = {
  exposed: { foreground: WHITE, background: RED },
  interceptable: { foreground: WHITE, background: MAGENTA },
  weak: { foreground: BLACK, background: AMBER },
  unknown: { foreground: WHITE, background: SLATE },
  protected: { foreground: WHITE, background: GREEN },
} as const;

const STYLES: Readonly<Record<Style, Paint>> = {
  plain: {},
  faint: { foreground: GREY },
  strong: { bold: true },
  frame: { foreground: GREY },
  focus: { foreground: BLUE, bold: true },
  curve: { foreground: BLUE },
  secret: { foreground: ORANGE, bold: true },
  chosen: { inverse: true },
  exposed: { foreground: RED, bold: true },
  interceptable: { foreground: MAGENTA, bold: true },
  weak: { foreground: ORANGE, bold: true },
  unknown: { bold: true },
  protected: { foreground: GREEN, bold: true },
  critical: { foreground: RED, bold: true },
  high: { foreground: RED },
  medium: { foreground: ORANGE },
  low: { foreground: BLUE },
  info: {},
  "banner-exposed": { ...BANDS.exposed, bold: true },
  "banner-interceptable": { ...BANDS.interceptable, bold: true },
  "banner-weak": { ...BANDS.weak, bold: true },
  "banner-unknown": { ...BANDS.unknown, bold: true },
  "banner-protected": { ...BANDS.protected, bold: true },
  "ink-exposed": swapped(BANDS.exposed),
  "ink-interceptable": swapped(BANDS.interceptable),
  "ink-weak": swapped(BANDS.weak),
  "ink-unknown": swapped(BANDS.unknown),
  "ink-protected": swapped(BANDS.protected),
};

/** The look of a style on a terminal of so many colours; with none (NO_COLOR) bold and inverse are left. */
export function lookOf(style: Style, colours: number): Look {
  const { foreground, background, bold, inverse } = STYLES[style];
  const band = style.startsWith("banner-");
  const pick = (colour: Colour | undefined): number | undefined =>
    colour === undefined || colours < 8 ? undefined : colours >= 256 ? colour.of256 : colour.of8;
  const back = pick(background);
  // Where the band's colour is the default, it is inverse; the ink in it is not.
  if (band && back === undefined) return { bold: true, inverse: true };
  const front = background !== undefined && back === undefined ? undefined : pick(foreground);
  return {
    ...(front !== undefined && { foreground: front }),
    ...(back !== undefined && { background: back }),
    ...(bold === true && { bold }),
    ...(inverse === true && { inverse }),
  };
}

function swapped({
  foreground,
  background,
}: {
  readonly foreground: Colour;
  readonly background: Colour;
}): Paint {
  return { foreground: background, background: foreground };
}
