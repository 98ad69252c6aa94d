/** What is done to a recording before it is kept, each edit with the words in which the origin states it. */
import { randomBytes } from "node:crypto";

/** Takes out the first frame that `is` picks. */
export function remove(which, is) {
  return {
    says: `removed ${which}`,
    frames(frames) {
      const index = frames.findIndex(is);
      if (index < 0) throw new Error(`nothing to remove: ${which}`);
      return frames.toSpliced(index, 1);
    },
  };
}

/** Takes out what a TCP connection's client sent after the first frame that `is` picks: from then on it is not there any more. */
export function leave(which, is) {
  return {
    says: `removed what the first client sent after ${which}`,
    frames(frames) {
      const index = frames.findIndex(is);
      if (index < 0) throw new Error(`nothing to leave after: ${which}`);
      const port = sourcePort(frames[0]);
      return frames.filter((frame, at) => at <= index || sourcePort(frame) !== port);
    },
  };
}

/** Of TCP in IPv4 in Ethernet, without options: loopback's own. */
function sourcePort(frame) {
  return frame.octets.readUInt16BE(34);
}

/** Ends the file a few octets after the first occurrence of `text`. */
export function cutAfter(where, text) {
  return {
    says: `cut ${where}`,
    file(file) {
      const index = file.indexOf(text);
      if (index < 0) throw new Error(`nothing to cut at: ${text}`);
      return file.subarray(0, index + text.length + 1);
    },
  };
}

/** Keeps the first octets of each frame, as a snap length does. */
export function cutFrames(octets) {
  return {
    says: `every frame cut to ${octets} octets`,
    frames: frames => frames.map(frame => ({ ...frame, octets: frame.octets.subarray(0, octets) })),
  };
}

/** Leaves out the first frames. */
export function dropFirst(count) {
  return { says: `removed the first ${count} frames`, frames: frames => frames.slice(count) };
}

/** Keeps the frames of one side; `port` is the broker's. */
export function onlyFrom(side, port) {
  const from = side === "client" ? 36 : 34; // the port in an Ethernet frame with an IPv4 header of 20 octets
  return {
    says: `kept only what the ${side} sent`,
    frames: frames => frames.filter(frame => frame.octets.readUInt16BE(from) === port),
  };
}

/** Moves all times so that the first frame is at `time`. */
export function setClock(time) {
  return {
    says: `times moved so that the first frame is at ${time}`,
    frames(frames) {
      const by = BigInt(Date.parse(time)) * 1000n - frames[0].micros;
      return frames.map(frame => ({ ...frame, micros: frame.micros + by }));
    },
  };
}

/** Moves the times from a frame on. */
export function stepClock(seconds, first) {
  return {
    says: `times moved by ${seconds} s from frame ${first} on`,
    frames: frames =>
      frames.map((frame, index) =>
        index + 1 < first ? frame : { ...frame, micros: frame.micros + BigInt(seconds) * 1_000_000n },
      ),
  };
}

/** Adds an Interface Statistics Block (draft-ietf-opsawg-pcapng §4.6) with a count of dropped packets. */
export function appendDrops(packets) {
  return {
    says: `appended an Interface Statistics Block with isb_ifdrop ${packets}`,
    file(file) {
      const block = Buffer.alloc(40);
      block.writeUInt32LE(5, 0);
      block.writeUInt32LE(40, 4);
      block.writeUInt16LE(5, 20); // isb_ifdrop, 8 octets
      block.writeUInt16LE(8, 22);
      block.writeBigUInt64LE(BigInt(packets), 24);
      block.writeUInt32LE(0, 32); // opt_endofopt
      block.writeUInt32LE(40, 36);
      return Buffer.concat([file, block]);
    },
  };
}

/** Adds a Decryption Secrets Block (§4.7) with a key log for the handshake that begins with the first ClientHello. */
export function keysOf(which) {
  let random;
  return {
    says: `a Decryption Secrets Block with a random secret for ${which} put before the first packet`,
    frames(frames) {
      // A handshake record with a ClientHello: the random is behind its header, the message's, and the version.
      const is = (octets, at) => octets[at] === 22 && octets[at + 1] === 3 && octets[at + 5] === 1;
      const { octets } = frames.find(frame => is(frame.octets, 66));
      random = octets.subarray(66 + 11, 66 + 43);
      return frames;
    },
    file: file => withSecrets(file, `CLIENT_TRAFFIC_SECRET_0 ${random.toString("hex")} ${randomBytes(48).toString("hex")}\n`),
  };
}

/** The same for a handshake that is not in the capture. */
export function keysOfNobody() {
  return {
    says: "a Decryption Secrets Block with a random secret for a random ClientHello put before the first packet",
    file: file =>
      withSecrets(
        file,
        `# nothing of this capture\nCLIENT_RANDOM ${randomBytes(32).toString("hex")} ${randomBytes(48).toString("hex")}\n`,
      ),
  };
}

/** Behind the Interface Description Block. */
function withSecrets(file, text) {
  const size = Buffer.byteLength(text);
  const block = Buffer.alloc(20 + Math.ceil(size / 4) * 4);
  block.writeUInt32LE(10, 0);
  block.writeUInt32LE(block.length, 4);
  block.writeUInt32LE(0x544c534b, 8); // TLS key log
  block.writeUInt32LE(size, 12);
  block.write(text, 16);
  block.writeUInt32LE(block.length, block.length - 4);
  const at = 28 + file.readUInt32LE(28 + 4);
  return Buffer.concat([file.subarray(0, at), block, file.subarray(at)]);
}

/** Says another link type in the Interface Description Block, which is behind the Section Header Block of 28 octets. */
export function linkType(number) {
  return {
    says: `link type ${number} in place of 1`,
    file(file) {
      const other = Buffer.from(file);
      other.writeUInt16LE(number, 36);
      return other;
    },
  };
}

/** Puts a header of IEEE 802.11 with the Protected bit in place of each frame's, and random octets in place of the rest. */
export function asWifi() {
  const header = Buffer.from("0841000002000000000102000000000202000000000300000000000020000000", "hex");
  const { file } = linkType(105);
  return {
    says: "every frame replaced by a protected 802.11 data frame with random content, link type 105",
    frames: frames =>
      frames.map(frame => {
        const octets = Buffer.concat([header, randomBytes(frame.octets.length)]);
        return { ...frame, octets, originalLength: octets.length };
      }),
    file,
  };
}

/** Repeats the first frame that holds `text`, with `before` in it replaced by `after`. */
export function twiceDifferently(which, text, before, after) {
  return {
    says: `repeated ${which}, with \`${after}\` in place of \`${before}\``,
    frames(frames) {
      const index = frames.findIndex(frame => frame.octets.includes(text));
      const octets = Buffer.from(frames[index].octets);
      octets.write(after, octets.indexOf(before));
      const again = { ...frames[index], octets, micros: frames[index].micros + 100n };
      return frames.toSpliced(index + 1, 0, again);
    },
  };
}

/** Moves the times of the second connection, told by the client's port. */
export function delaySecond(seconds, port) {
  const clientPort = frame => {
    const [from, to] = [frame.octets.readUInt16BE(34), frame.octets.readUInt16BE(36)];
    return from === port ? to : from;
  };
  return {
    says: `times of the second connection moved by ${seconds} s`,
    frames(frames) {
      const first = clientPort(frames[0]);
      const by = BigInt(seconds) * 1_000_000n;
      return frames.map(frame =>
        clientPort(frame) === first ? frame : { ...frame, micros: frame.micros + by },
      );
    },
  };
}

/** Repeats every frame a moment later with the client at another address and port, as on the other side of a NAT. */
export function asBehindNat(port) {
  return {
    says: "every frame repeated 50 µs later with the client at 192.0.2.7 and at another port, checksums left as they were",
    frames: frames =>
      frames.flatMap(frame => {
        const octets = Buffer.from(frame.octets);
        const fromClient = octets.readUInt16BE(36) === port;
        Buffer.from([192, 0, 2, 7]).copy(octets, fromClient ? 26 : 30);
        const at = fromClient ? 34 : 36;
        octets.writeUInt16BE(octets.readUInt16BE(at) ^ 1, at);
        return [frame, { ...frame, octets, micros: frame.micros + 50n }];
      }),
  };
}
