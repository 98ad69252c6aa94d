/** The ladder of real connections: the order of an MQTTS connection, and where it stops when verification fails. */
import { describe, expect, test } from "vitest";
import type { Report } from "../../src/verdict/report.ts";
import type { ReportStep, ReportTls } from "../../src/verdict/report-tls.ts";
import { judge, parseReport, STORIES } from "../story.ts";

async function tlsOf(story: string): Promise<readonly ReportTls[]> {
  const report: Report = parseReport(await judge(story, "--verbose", "--format", "json"));
  return report.conversations.flatMap(c => c.tls ?? []);
}

async function ladderOf(story: string): Promise<readonly ReportStep[]> {
  const [tls] = await tlsOf(story);
  expect(tls?.ladder).toBeDefined();
  return tls!.ladder!;
}

const named = (steps: readonly ReportStep[]): string[] =>
  steps.map(step => `${step.from} ${step.name}: ${step.state.tls}`);

describe("the ladder of an MQTTS connection", () => {
  test("climbs from TCP over the certificate to data, in TLS 1.2", async () => {
    expect(named(await ladderOf("tls12"))).toEqual([
      "client TCP handshake: none",
      "client ClientHello: offered",
      "server ServerHello: agreed",
      "server Certificate: certificate shown",
      "server ServerKeyExchange: certificate shown",
      "server ServerHelloDone: certificate shown",
      "client ClientKeyExchange: client goes on",
      "client ChangeCipherSpec: client goes on",
      "client encrypted Finished: client goes on",
      "server NewSessionTicket: client goes on",
      "server ChangeCipherSpec: client goes on",
      "server encrypted Finished: ready",
      "client application data: ready",
      "server application data: ready",
      "server encrypted Alert: closed",
      "server FIN: closed",
      "client encrypted Alert: closed",
      "server RST: closed",
    ]);
  });

  test.each([
    ["tls12", "rst", true, "closed"],
    ["tls13", "rst", true, "closed"],
    ["mtls13", "rst", true, "closed"],
    ["tls13-refused", "rst", false, "reset"],
    ["expired-refused", "rst", false, "reset"],
  ])("calls an RST behind a close_notify no reset: %s", async (story, ended, closeNotify, tcp) => {
    const [conversation] = parseReport(await judge(story, "--verbose", "--format", "json")).conversations;
    expect(conversation).toMatchObject({ ended, tls: { closeNotify } });
    expect(conversation!.tls!.ladder!.at(-1)!.state.tcp).toBe(tcp);
    const { output } = await judge(story, "--verbose", "--format", "text");
    expect(output.includes("in order (close_notify), and then with an RST")).toBe(closeNotify);
  });

  test("names what TLS 1.3 hides by its place and its length", async () => {
    const steps = await ladderOf("tls13");
    expect(named(steps).slice(2, 9)).toEqual([
      "server ServerHello: agreed",
      "server ChangeCipherSpec: agreed",
      "server encrypted Certificate …: certificate hidden",
      "client ChangeCipherSpec: certificate hidden",
      "client encrypted Finished: client goes on",
      "server encrypted ticket or data: client goes on",
      "client application data: ready",
    ]);
    expect(steps.map(step => step.state.mqtt)).toContain("hidden");
  });

  test("tells a client's certificate in TLS 1.3 from a Finished alone", async () => {
    expect(named(await ladderOf("mtls13"))).toContain("client encrypted Certificate …: client goes on");
    expect(named(await ladderOf("mtls13-optional"))).toContain("client encrypted Finished: client goes on");
  });

  test.each(["expired-refused", "tls13-refused"])("stops where the client refuses: %s", async story => {
    const steps = await ladderOf(story);
    expect(named(steps)).toContain("client Alert: refused");
    expect(steps.map(step => step.name)).not.toContain("application data");
    expect(steps.at(-1)?.state.tls).toBe("refused");
    const [tls] = await tlsOf(story);
    expect(tls?.observer?.hidden).not.toContain("passwords");
  });

  test("shows CONNECT and CONNACK where the suite does not hide them, and that nothing is hidden", async () => {
    const steps = await ladderOf("null-cipher");
    expect(steps.map(step => step.state.mqtt)).toEqual(expect.arrayContaining(["asked", "connected"]));
    expect(steps.map(step => step.state.mqtt)).not.toContain("hidden");
    const [tls] = await tlsOf("null-cipher");
    expect(tls?.observer?.hidden).toEqual([]);
  });

  test("goes without a certificate where a session is resumed", async () => {
    const ladders = (await tlsOf("resumed")).filter(tls => tls.resumed).map(tls => tls.ladder ?? []);
    expect(ladders.length).toBeGreaterThan(0);
    for (const steps of ladders) {
      expect(steps.map(step => step.name)).not.toContain("Certificate");
      expect(steps.map(step => step.state.tls)).toContain("ready");
      for (const step of steps) expect(step.state.tls).not.toMatch(/certificate/);
    }
  });

  test("is not made unless it is asked for", async () => {
    const report = parseReport(await judge("tls12", "--format", "json"));
    expect(report.conversations[0]?.tls?.ladder).toBeUndefined();
  });

  test("is in order, bounded, and made of frames of the capture, in every story", async () => {
    let ladders = 0;
    for (const story of STORIES) {
      const report = parseReport(await judge(story, "--verbose", "--format", "json"));
      for (const { tls } of report.conversations) {
        if (tls?.ladder === undefined) continue;
        ladders++;
        expect(tls.ladder.length).toBeLessThanOrEqual(65);
        let time = "";
        for (const step of tls.ladder) {
          const [first, last] = step.frames;
          expect(first).toBeGreaterThan(0);
          expect(last).toBeLessThanOrEqual(report.coverage.frames);
          expect(step.octets).toBeGreaterThanOrEqual(0);
          if (step.name !== "TCP handshake") expect(step.time >= time, `${story}: ${step.name}`).toBe(true);
          time = step.time;
        }
      }
    }
    expect(ladders).toBeGreaterThan(50);
  });
});
