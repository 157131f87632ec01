/** A file's name as it may be shown: control characters and changes of writing direction could drive or deceive a terminal. */
export const printable = (name: string): string => name.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, '\uFFFD');
