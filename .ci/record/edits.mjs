/** What is done to a recording before it is kept, each edit with the words in which the origin states it. */

/** Takes out the first frame that `is` picks. */
export function remove(which, is) {
  return {
    says: `removed ${which}`,
    frames(frames) {
      const index = frames.findIndex(is);
      if (index < 0) throw new Error(`nothing to remove: ${which}`);
      return frames.toSpliced(index, 1);
    },
  };
}

/** Ends the file a few octets after the first occurrence of `text`. */
export function cutAfter(where, text) {
  return {
    says: `cut ${where}`,
    file(file) {
      const index = file.indexOf(text);
      if (index < 0) throw new Error(`nothing to cut at: ${text}`);
      return file.subarray(0, index + text.length + 1);
    },
  };
}
