/** What the program says of its own use, beside the flags. */

/** Short help, three examples. */
export const NOTHING_GIVEN = `no capture and no interface given

  mqtt-sniff capture.pcapng            judge a stored capture
  sudo mqtt-sniff --iface wlan0        judge live traffic
  mqtt-sniff demo                      the lesson on bundled captures

  mqtt-sniff --help                    everything else`;

/** What stands under the flags of --help. */
export const EXAMPLES = `
Examples:
  mqtt-sniff capture.pcapng                        a stored capture's verdict
  sudo mqtt-sniff --iface wlan0                    live traffic's, as it grows
  mqtt-sniff --ca root.pem --format json *.pcap    judged against your own root
  ssh gw tcpdump -U -w - port 1883 | mqtt-sniff -  traffic of another machine
  mqtt-sniff compare before.pcap after.pcap        has moving to TLS hidden it?
  mqtt-sniff demo                                  a lesson on bundled captures

Exit codes:
  0  judged, and nothing at or above --fail-on
  1  findings at or above --fail-on
  2  wrong usage, or an output that could not be written
  3  could not judge, or only in part
  130, 143  ended by SIGINT, SIGTERM; what was seen until then is judged
`;
