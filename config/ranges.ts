import ipaddr from "ipaddr.js";
import { z } from "zod";

type Range = [address: ipaddr.IPv4 | ipaddr.IPv6, prefix: number];

/** RFC 1918, RFC 6598 (carriers, and some VPN products) and IPv6's unique local addresses, as the library names them. */
const privateKinds: readonly string[] = ["private", "carrierGradeNat", "uniqueLocal"];
/** Shorter prefixes are nobody's network: 0.0.0.0/1 and 128.0.0.0/1 together are the whole internet. */
const shortestPrefix = { ipv4: 8, ipv6: 7 };

/** Address ranges of machines that may connect. */
export const cidr = z
  .union([z.cidrv4(), z.cidrv6()], { error: "must be an address range in CIDR form, for example 10.8.0.0/16" })
  .superRefine((text, context) => {
    const problem = tooWide(text) ?? hostBits(text);
    if (problem) context.addIssue({ code: "custom", message: problem });
  });

/** Everybody. Said by these words alone, so that nobody lets in the internet by a prefix that is too short. */
const everybody: readonly string[] = ["0.0.0.0/0", "::/0"];

/** Address ranges, or everybody. */
export const openCidr = z.string().superRefine((text, context) => {
  const problems = everybody.includes(text) ? [] : (cidr.safeParse(text).error?.issues ?? []);
  for (const { message } of problems) context.addIssue({ code: "custom", message });
});

/** Address ranges that only a private network has: a VPN's addresses never come from the internet. */
export const privateCidr = cidr.superRefine((text, context) => {
  if (tooWide(text) ?? hostBits(text)) return;
  const [first, last] = ends(text);
  // Both ends: 172.16.0.0/11 would begin in a private range and end outside of it.
  if ([first, last].every((address) => privateKinds.includes(address.range()))) return;
  context.addIssue({
    code: "custom",
    message:
      "is a range of public addresses, not of a VPN: private ones are in 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, 100.64.0.0/10 or fc00::/7",
  });
});

/** Kubernetes takes `10.8.1.0/16` and means 10.8.0.0/16; whoever wrote it may have meant 10.8.1.0/24. */
function hostBits(text: string): string | undefined {
  const [address, prefix] = ipaddr.parseCIDR(text);
  const [network] = ends(text);
  if (network.toNormalizedString() === address.toNormalizedString()) return undefined;
  return `has bits set behind its prefix: write ${network.toString()}/${prefix}, if that is what is meant`;
}

function tooWide(text: string): string | undefined {
  const [address, prefix] = ipaddr.parseCIDR(text);
  return prefix < shortestPrefix[address.kind()]
    ? "is the whole internet, or much of it, not the network of a company"
    : undefined;
}

/** First and last address of a range. */
function ends(text: string): [Range[0], Range[0]] {
  const family = ipaddr.parseCIDR(text)[0].kind() === "ipv4" ? ipaddr.IPv4 : ipaddr.IPv6;
  return [family.networkAddressFromCIDR(text), family.broadcastAddressFromCIDR(text)];
}
