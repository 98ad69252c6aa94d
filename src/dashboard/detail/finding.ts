/** A finding, explained: why it matters, what proves it, how to mend it, the standard, and where Wireshark shows it. */
import type { Evidence, Finding } from "../../finding/finding.ts";
import { RULES } from "../../finding/rules/index.ts";
import { Secret } from "../../octets/text.ts";
import { type Line, line, shownUnless, type Size, span } from "../line.ts";
import { counted } from "../panels/panel.ts";
import type { DetailScreen } from "../state.ts";
import { NAME_WIDTH, type Page, paragraph, scrolled } from "./page.ts";

/** The page of a finding, read by lines. */
export function findingPage(finding: Finding, screen: DetailScreen, reveal: boolean, size: Size): Page {
  const rule = RULES.find(one => one.id === finding.rule);
  const text = (name: string, said: string): Line[] => paragraph(name, said, size.columns);
  const { client, broker } = finding.subject;
  const whom = [client, broker].flatMap(one => (one === undefined ? [] : shownUnless(reveal, one)));
  const lines = [
    line(
      span(finding.severity.toUpperCase(), finding.severity),
      span(`  ${shownUnless(reveal, finding.title)}`, "strong"),
    ),
    line(span(`${whom.join(" → ")}   ${counted(finding.count, "time")}, ${finding.confidence}`, "faint")),
    [],
    ...(rule === undefined
      ? []
      : [
          ...text("Why", rule.why),
          [],
          ...text("Mend it", rule.fix),
          [],
          ...text("False alarm", rule.falseAlarm),
        ]),
    [],
    ...finding.evidence.map((evidence, index) => evidenceLine(evidence, index, reveal)),
    [],
    ...(rule === undefined
      ? []
      : [
          ...text("Standard", [...rule.references, ...rule.cwe.map(number => `CWE-${number}`)].join(" · ")),
          ...text("Wireshark", rule.wireshark),
        ]),
  ];
  return scrolled(`${finding.rule} ${finding.name}`, lines, screen.at, size);
}

function evidenceLine({ frame, field, shown }: Evidence, index: number, reveal: boolean): Line {
  const value =
    shown === undefined
      ? ""
      : typeof shown === "number"
        ? String(shown)
        : shown instanceof Secret
          ? reveal
            ? shownUnless(true, shown.reveal())
            : String(shown)
          : shownUnless(reveal, shown);
  return line(
    span((index === 0 ? "Proof" : "").padEnd(NAME_WIDTH), "strong"),
    span(`${frame === undefined ? "" : `frame ${frame}  `}${field}  ${value}`),
  );
}
