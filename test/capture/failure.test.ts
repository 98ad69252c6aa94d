/** What engines write when they cannot capture, and what a person is told. */
import { describe, expect, test } from "vitest";
import { captureRights } from "../../src/capture/interfaces.ts";
import { explain, failureOf, lost } from "../../src/capture/failure.ts";

const told = (engine: "cap" | "tcpdump" | "dumpcap", complaint: string): string =>
  explain([failureOf(engine, complaint, "ended with code 1")], "eth9", "tcp prt");

describe("explain", () => {
  test("an interface that does not exist is told with those that do", () => {
    for (const line of [
      told("cap", "cap: No such device exists\n"),
      told("tcpdump", "tcpdump: eth9: No such device exists\n(No such device exists)\n"),
      told("dumpcap", "Capturing on 'eth9'\ndumpcap: There is no device named \"eth9\".\n"),
    ]) {
      expect(line).toMatch(/^cannot capture on eth9: no such interface; there are \S/);
    }
  });

  test("an interface that is down is told with the command that brings it up", () => {
    expect(told("cap", "Warning: eth9: no IPv4 address assigned\ncap: That device is not up\n")).toBe(
      "cannot capture on eth9: the interface is down; bring it up with: sudo ip link set eth9 up",
    );
  });

  test("missing rights are told in the engine's words, with sudo", () => {
    const line = told("cap", "cap: socket: Operation not permitted\n");
    expect(line).toContain("socket: Operation not permitted");
    expect(line).toContain("sudo");
  });

  test("missing rights are told with the command that was given, where it is known", () => {
    const failures = [failureOf("cap", "cap: socket: Operation not permitted\n", "")];
    const again = "sudo node dist/main.js --iface eth9 --engine cap";
    // Root in a container without the right is told of the container.
    const { command } = captureRights(again);
    expect(explain(failures, "eth9", "", again)).toContain(`run it with: ${command ?? again}`);
  });

  test("a filter's mistake is told with the filter", () => {
    const expected = `capture filter "tcp prt" is not understood: can't parse filter expression: syntax error; see pcap-filter(7)`;
    expect(told("cap", "cap: can't parse filter expression: syntax error\n")).toBe(expected);
    expect(told("tcpdump", "tcpdump: can't parse filter expression: syntax error\n")).toBe(expected);
    expect(
      told(
        "dumpcap",
        "dumpcap: Invalid capture filter \"tcp prt\" for interface 'eth9'.\n\nThat string isn't a valid capture filter (can't parse filter expression: syntax error).\nSee the User's Guide.\n",
      ),
    ).toBe(expected);
  });

  test("what the user can mend is told before what is not installed", () => {
    const failures = [
      failureOf("cap", "cap: socket: Operation not permitted\n", ""),
      failureOf("tcpdump", "spawn tcpdump ENOENT\n", ""),
    ];
    expect(explain(failures, "eth9", "")).toContain("not permitted");
  });

  test("engines that are all missing are told with what to install", () => {
    const failures = [
      failureOf("cap", "cap: cap cannot be loaded (Cannot find package 'cap')\n", ""),
      failureOf("tcpdump", "spawn tcpdump ENOENT\n", ""),
    ];
    expect(explain(failures, "eth9", "")).toBe(
      "cannot capture on eth9: cap, tcpdump not available here; install libpcap-dev and run: npm rebuild cap, or: tcpdump -i eth9 -U -w - | mqtt-sniff -",
    );
    expect(explain(failures.slice(1), "eth9", "")).toContain("install tcpdump, or leave --engine out");
  });

  test("what an engine wrote cannot act on the terminal", () => {
    const escape = String.fromCodePoint(0x1b);
    expect(told("tcpdump", `tcpdump: ${escape}[2J\n`)).toBe(
      "cannot capture on eth9: tcpdump says: \\u{1b}[2J",
    );
    expect(explain([], escape, "")).not.toContain(escape);
  });
});

describe("lost", () => {
  test("the assertion of cap means that the interface went down", () => {
    const complaint =
      "node: ../src/binding.cc:190: static void Pcap::cb_packets(uv_poll_t*, int, int): Assertion `status == 0' failed.\n";
    expect(lost("cap", complaint, "was ended by SIGABRT", "wlan0")).toBe(
      "capture on wlan0 lost, cap was ended by SIGABRT: the interface went down; what came before is judged",
    );
  });

  test("counts that an engine printed on the way are no reason", () => {
    const complaint =
      "tcpdump: listening on lo, link-type EN10MB (Ethernet), snapshot length 262144 bytes\n" +
      "tcpdump: 3 packets captured, 6 packets received by filter, 0 packets dropped by kernel\n";
    expect(lost("tcpdump", complaint, "was ended by SIGKILL", "lo")).toBe(
      "capture on lo lost, tcpdump was ended by SIGKILL; what came before is judged",
    );
  });
});
