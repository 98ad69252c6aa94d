/** TLS that is MQTT by what its ClientHello says: ALPN, and the names of cloud brokers. */
import { type WireText, wireString } from "../octets/text.ts";
import type { ClientHello } from "../protocol/tls/message.ts";

/** Does the hello itself say that MQTT will follow, whatever the port? */
export const saysMqtt = (hello: ClientHello): boolean =>
  (hello.alpn ?? []).some(isMqttAlpn) ||
  (hello.serverName !== undefined && isCloudBroker(wireString(hello.serverName)));

/** `mqtt` (IANA), and AWS IoT Core's own names on port 443. */
const isMqttAlpn = (protocol: WireText): boolean => /^(?:x-amzn-)?mqtt\b/.test(wireString(protocol));

/** Is it the name of an endpoint of a service that speaks MQTT? */
export const isCloudBroker = (name: string): boolean =>
  CLOUD_BROKERS.some(({ names }) => names.test(name.toLowerCase()));

/** Services whose endpoints speak MQTT, by the names that their documentation gives. */
const CLOUD_BROKERS: readonly { readonly service: string; readonly names: RegExp }[] = [
  { service: "AWS IoT Core", names: /\.iot\.[a-z0-9-]+\.amazonaws\.com(?:\.cn)?$/ },
  { service: "Azure IoT Hub", names: /\.azure-devices\.(?:net|cn|us)$/ },
  { service: "Azure Event Grid", names: /\.ts\.eventgrid\.azure\.net$/ },
  { service: "HiveMQ Cloud", names: /\.hivemq\.cloud$/ },
  { service: "EMQX Cloud", names: /\.(?:emqxsl\.(?:com|cn)|emqx\.cloud)$/ },
  { service: "Google Cloud IoT", names: /^mqtt(?:\.2030)?\.(?:googleapis\.com|ltsapis\.goog)$/ },
  { service: "IBM Watson IoT", names: /\.messaging\.internetofthings\.ibmcloud\.com$/ },
  { service: "CloudMQTT", names: /\.cloudmqtt\.com$/ },
  {
    service: "public test brokers",
    names: /^(?:test\.mosquitto\.org|broker\.(?:hivemq\.com|emqx\.io)|mqtt\.eclipseprojects\.io)$/,
  },
];
