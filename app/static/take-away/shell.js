// Words for a shell and for files, which may hold whatever somebody put in an address.

/** One word of a command, whatever is in it. */
export const quoted = (text) => `'${String(text).replaceAll("'", "'\\''")}'`;

/** A name for a file. */
export const fileName = (...words) => words.join("-").replace(/[^\p{L}\p{N}_-]+/gu, "_").slice(0, 80);
