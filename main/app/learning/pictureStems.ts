/**
 * Gives the pictures of each file a name of their own: the file's path with what file systems dislike replaced, and a
 * number behind it where that name is taken (two folders may hold a file of the same name). Case is ignored, as on Windows.
 */
export function pictureStems(): (file: string) => string {
  const taken = new Set<string>();
  return (file) => {
    const plain = file.replaceAll(/[^A-Za-z0-9._-]+/g, '_');
    let stem = plain;
    for (let number = 2; taken.has(stem.toLowerCase()); number++) stem = `${plain}-${number}`;
    taken.add(stem.toLowerCase());
    return stem;
  };
}
