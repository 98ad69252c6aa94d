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
  mqtt-sniff capture.pcapng                         the verdict of a stored capture
  sudo mqtt-sniff --iface wlan0                     the growing verdict of live traffic
  mqtt-sniff --ca root.pem --format json *.pcap     judged against your own root
  ssh gw tcpdump -U -w - port 1883 | mqtt-sniff -   traffic of another machine
  mqtt-sniff compare before.pcap after.pcap         has the move to TLS hidden it?
  mqtt-sniff demo                                   the lesson on bundled captures

Exit codes:
  0  judged, and nothing at or above --fail-on      1  findings at or above --fail-on
  2  wrong usage or configuration                   3  could not judge, or only in part
`;
