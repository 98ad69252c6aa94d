/** Writes origin.md: what a capture shows, who made it and how, licence, hash, edits. */
import { createHash } from "node:crypto";
import { tcpdumpCommand } from "./capture.mjs";
import { versionOf } from "./versions.mjs";

/** `parent` is the story that an edited one was made from. */
export function originOf(story, parent, file, micros, filter) {
  const played = parent ?? story;
  const day = new Date(Number(micros / 1000n)).toISOString().slice(0, 10);
  return [
    `# ${story.name}`,
    "",
    story.shows,
    "",
    `- Made by: \`node .ci/record/record.mjs ${story.name}\` of this project, on ${day}, on loopback`,
    ...(parent === undefined ? [] : [`- Recording: that of \`${parent.name}\``]),
    ...played.brokers.map(broker => `- Broker: ${broker.says}`),
    ...played.clients.map(client => `- Client: ${client.says}`),
    `- Recorder: ${versionOf("tcpdump")}: \`${tcpdumpCommand(filter)}\``,
    ...(usesCertificates(played)
      ? [`- Certificates: made for the recording with ${versionOf("openssl")}; no key was kept`]
      : []),
    ...(story.ca === undefined ? [] : ["- To judge it by: `ca.pem`"]),
    ...(story.flags === undefined ? [] : [`- Judged with: \`${story.flags}\``]),
    `- Edited: pcap written again as pcapng, frame by frame; ${story.edit?.says ?? "nothing else"}`,
    "- Licence: MIT, as this project",
    `- sha256: \`${createHash("sha256").update(file).digest("hex")}\``,
    "",
  ].join("\n");
}

function usesCertificates(story) {
  return story.brokers.some(broker => broker.says.includes("certificate"));
}
