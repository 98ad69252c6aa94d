/** ReturnCode of MQTT-SN (§5.3.10). */
import { codePoints } from "../../octets/code-points.ts";

export const SN_RETURN_CODES = codePoints(
  "MQTT-SN ReturnCode",
  [
    [0x00, "Accepted"],
    [0x01, "Rejected: congestion"],
    [0x02, "Rejected: invalid topic ID"],
    [0x03, "Rejected: not supported"],
  ],
  1,
);
