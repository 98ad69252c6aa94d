/** A capture as people call it; only the command line and what programs read know it as "-". */
export const inputName = (path: string): string => (path === "-" ? "standard input" : path);

/**
 * As short as they can be told apart: `a/one.pcap` and `b/two.pcap` are `one.pcap` and `two.pcap`, `a/one.pcap` and
 * `b/one.pcap` are `a` and `b`.
 */
export function distinctNames(paths: readonly string[]): readonly string[] {
  const parts = paths.map(path => inputName(path).split("/"));
  const longest = Math.max(0, ...parts.map(({ length }) => length));
  for (let kept = 1; kept < longest; kept++) {
    const names = parts.map(path => path.slice(-kept));
    if (new Set(names.map(name => name.join("/"))).size < names.length) continue;
    // The last parts that all of them have tell nothing.
    let same = 0;
    while (same < kept - 1 && new Set(names.map(name => name.at(-1 - same))).size === 1) same++;
    return names.map(name => name.slice(0, name.length - same).join("/"));
  }
  return paths.map(inputName);
}
