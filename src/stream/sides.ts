/** Which side of a connection sent from some addresses. */
import type { Addresses } from "../packet/segment.ts";

/** The initiator sent from these addresses. */
export const sends = (connection: Addresses, addresses: Addresses): boolean =>
  addresses.source3 === connection.source3 &&
  addresses.sourcePort === connection.sourcePort &&
  addresses.destination3 === connection.destination3 &&
  addresses.destinationPort === connection.destinationPort &&
  addresses.family === connection.family &&
  (addresses.family === 4 ||
    (addresses.source0 === connection.source0 &&
      addresses.source1 === connection.source1 &&
      addresses.source2 === connection.source2 &&
      addresses.destination0 === connection.destination0 &&
      addresses.destination1 === connection.destination1 &&
      addresses.destination2 === connection.destination2));

/** The responder sent from these addresses. */
export const answers = (connection: Addresses, addresses: Addresses): boolean =>
  addresses.source3 === connection.destination3 &&
  addresses.sourcePort === connection.destinationPort &&
  addresses.destination3 === connection.source3 &&
  addresses.destinationPort === connection.sourcePort &&
  addresses.family === connection.family &&
  (addresses.family === 4 ||
    (addresses.source0 === connection.destination0 &&
      addresses.source1 === connection.destination1 &&
      addresses.source2 === connection.destination2 &&
      addresses.destination0 === connection.source0 &&
      addresses.destination1 === connection.source1 &&
      addresses.destination2 === connection.source2));
