/** A capture as people call it; only the command line and what programs read know it as "-". */
export const inputName = (path: string): string => (path === "-" ? "standard input" : path);
