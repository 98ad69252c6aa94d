/** Types of the package `cap` (0.2), as far as it is used here. It has none of its own. */
declare module "cap" {
  export interface CapAddress {
    readonly addr?: string;
    readonly netmask?: string;
    readonly broadaddr?: string;
  }

  export interface CapDevice {
    readonly name: string;
    readonly description?: string;
    readonly addresses: readonly CapAddress[];
    readonly flags?: string;
  }

  export interface Cap {
    /**
     * Opens a device and returns the name of its link type; throws an Error with libpcap's own words. `into` is
     * held by address alone: it must stay referenced for as long as the handle is open. A handle whose `open`
     * threw must not be opened again.
     */
    open(device: string, filter: string, ringOctets: number, into: Buffer): string;
    on(event: "packet", listener: (octets: number, truncated: boolean) => void): this;
    close(): boolean;
  }

  interface CapModule {
    readonly Cap: new () => Cap;
    deviceList(): CapDevice[];
  }

  const cap: CapModule;
  export default cap;
}
