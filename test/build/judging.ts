/** What an audit is told where a test has nothing to say. */
import { RULES } from "../../src/finding/rules/index.ts";
import type { AuditOptions } from "../../src/pipeline.ts";

export const JUDGING: AuditOptions = {
  tool: { name: "test", version: "0.0.0" },
  rules: RULES,
  ports: new Set([1883, 8883, 8884]),
  decodeAs: new Map(),
  roots: [],
  rootsText: "none",
  systemRoots: false,
  serverName: undefined,
  at: undefined,
  failOn: "high",
  strict: false,
  policy: "bcp195",
};
