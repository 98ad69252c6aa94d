/** What MQTT-SN has for a connection: the datagrams between two UDP endpoints, counted as those of TCP are. */
import type { FrameNumber } from "../../capture/frame.ts";
import type { Timestamp } from "../../octets/time.ts";
import { addressText, endpointText } from "../../packet/address.ts";
import type { Datagram } from "../../packet/segment.ts";
import type { Connection, Direction, Endpoint, Roles, StreamId } from "../../stream/item.ts";
import { newTopicNames, type TopicNames } from "./topic-names.ts";

export interface AssociationOpening {
  readonly id: StreamId;
  readonly capture: number;
  readonly datagram: Datagram;
  /** The datagram's sender is the client. */
  readonly fromClient: boolean;
  readonly roles: Roles;
  readonly midstream: boolean;
}

export class Association implements Connection {
  readonly over = "udp";
  readonly id: StreamId;
  readonly capture: number;
  readonly midstream: boolean;
  readonly first: Timestamp;
  readonly firstFrame: FrameNumber;
  readonly gapOctets = 0;
  readonly octets = { client: 0, server: 0 };
  readonly segments = { client: 0, server: 0 };
  readonly topics: TopicNames = newTopicNames();
  client: Endpoint;
  server: Endpoint;
  roles: Roles;
  last: Timestamp;
  lastFrame: FrameNumber;

  constructor({ id, capture, datagram, fromClient, roles, midstream }: AssociationOpening) {
    const { frame } = datagram;
    this.id = id;
    this.capture = capture;
    this.midstream = midstream;
    this.first = frame.at;
    this.firstFrame = frame.number;
    this.last = frame.at;
    this.lastFrame = frame.number;
    this.client = fromClient ? sourceOf(datagram) : destinationOf(datagram);
    this.server = fromClient ? destinationOf(datagram) : sourceOf(datagram);
    this.roles = roles;
  }

  get frames(): number {
    return this.segments.client + this.segments.server;
  }

  /** Count a datagram of `length` octets; gives the offset of its first. */
  count(direction: Direction, length: number, { frame }: Datagram): number {
    const offset = this.octets[direction];
    this.octets[direction] += length;
    this.segments[direction]++;
    if (frame.at > this.last) this.last = frame.at;
    this.lastFrame = frame.number;
    return offset;
  }

  /** Who sent a datagram of this association. */
  directionOf(datagram: Datagram): Direction {
    const { client } = this;
    const isClient = datagram.sourcePort === client.port && sourceOf(datagram).address === client.address;
    return isClient ? "client" : "server";
  }

  swapRoles(): void {
    const { client, server } = this;
    this.client = server;
    this.server = client;
    this.roles = "content";
  }
}

function sourceOf({ family, source0, source1, source2, source3, sourcePort }: Datagram): Endpoint {
  return {
    family,
    address: addressText(family, source0, source1, source2, source3),
    port: sourcePort,
    text: endpointText(family, source0, source1, source2, source3, sourcePort),
  };
}

function destinationOf(datagram: Datagram): Endpoint {
  const { family, destination0, destination1, destination2, destination3, destinationPort } = datagram;
  return {
    family,
    address: addressText(family, destination0, destination1, destination2, destination3),
    port: destinationPort,
    text: endpointText(family, destination0, destination1, destination2, destination3, destinationPort),
  };
}
