/** What an event line says that rests on several packets or connections, beside the common fields. */
import type { SessionEvent } from "../session/event.ts";
import type { Fields } from "./mqtt-fields.ts";

/** What the memories of the session stage tell. */
export type MemoryEvent = Extract<
  SessionEvent,
  {
    readonly type:
      | "session.delivery"
      | "session.excess"
      | "session.guessing"
      | "session.refused_again"
      | "session.probing"
      | "session.takeover"
      | "session.numbered_clients"
      | "session.fallback"
      | "session.idle_connections";
  }
>;

export function memoryFields(event: MemoryEvent): Fields {
  switch (event.type) {
    case "session.delivery":
      return { filter: event.filter, topic: event.topic };
    case "session.excess":
      return { of: event.of, amount: event.amount, limit: event.limit };
    case "session.guessing": {
      const { attempts, passwords, seconds, oneUser, succeeded } = event;
      return { attempts, passwords, seconds, oneUser, succeeded };
    }
    case "session.refused_again":
      return { times: event.times, seconds: event.seconds };
    case "session.probing":
      return { filters: event.filters, refused: event.refused, seconds: event.seconds };
    case "session.takeover": {
      const { clientId, otherSource, otherCredential, told, alive } = event;
      return { clientId, otherSource, otherCredential, told, alive };
    }
    case "session.numbered_clients":
      return { beginning: event.beginning, example: event.example };
    case "session.fallback":
      return { port: event.port, seconds: event.seconds, others: event.others };
    case "session.idle_connections":
      return { connections: event.connections };
    default:
      return event satisfies never;
  }
}
