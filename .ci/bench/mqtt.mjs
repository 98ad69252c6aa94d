/** A device of the telemetry captures: logs in, then publishes what it measured. */
import { address, TcpConnection } from "./connections.mjs";

const CONNACK = Buffer.from([0x20, 2, 0, 0]);
const BROKER = address(10, 0, 0, 1);
const FILLER = Buffer.from('{"v":21.40,"u":"C","n":1234567890123456}');

/** Its connection is open and its login accepted when this returns. */
export function mqttClient(writer, number, random) {
  const name = String(number).padStart(5, "0");
  const connection = new TcpConnection(
    writer,
    address(10, 3, number >> 8, number & 0xff),
    30_000 + (number % 30_000),
    BROKER,
    1883,
    random,
  );
  const topic = Buffer.from(`plant/${name.slice(0, 2)}/m/${name.slice(2)}`);
  const publish = Buffer.alloc(80);
  const puback = Buffer.from([0x40, 2, 0, 0]);
  let packetIdentifier = 0;
  connection.send(
    0,
    connectPacket(`sensor-${name}`, `device-${name}`, `Pw-${random.u32().toString(36).padStart(8, "x")}`),
  );
  connection.send(1, CONNACK);
  return {
    /** A PUBLISH of 40 to 60 octets; QoS 1 in every second case. */
    publish(random) {
      const qos = random.below(2);
      const length = random.between(40, 60);
      publish[0] = 0x30 | (qos << 1);
      publish[1] = length - 2;
      publish.writeUInt16BE(topic.length, 2);
      let at = 4 + topic.copy(publish, 4);
      if (qos === 1) {
        packetIdentifier = (packetIdentifier % 0xffff) + 1;
        at = publish.writeUInt16BE(packetIdentifier, at);
        puback.writeUInt16BE(packetIdentifier, 2);
      }
      FILLER.copy(publish, at, 0, length - at);
      if (qos === 0) return connection.send(0, publish, 0, length);
      connection.sendAnswered(0, publish, 0, length);
      connection.send(1, puback);
    },
  };
}

/** MQTT 3.1.1 §3.1, with user name, password and a clean session. */
function connectPacket(clientId, username, password) {
  const fields = [clientId, username, password].map(text => {
    const octets = Buffer.from(text);
    return Buffer.concat([Buffer.from([0, octets.length]), octets]);
  });
  const body = Buffer.concat([Buffer.from("\0\x04MQTT\x04\xc2\0\x3c", "latin1"), ...fields]);
  return Buffer.concat([Buffer.from([0x10, body.length]), body]);
}
