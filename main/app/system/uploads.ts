import { mkdir, open, rm } from 'node:fs/promises';
import { dirname, join, normalize, sep } from 'node:path';
import { AppError } from '../../domain/errors.ts';

const maxFileBytes = 8 * 1024 ** 3;

interface Piece {
  uploadId: string;
  name: string;
  offset: number;
  bytes: Uint8Array;
}

/**
 * Puts a piece of a dropped file under `<folder>/<uploadId>/<name>`. `name` may hold the relative path of a dropped
 * folder; it never leads out of the upload.
 */
export async function storeUploadedPiece(folder: string, piece: Piece): Promise<{ path: string; folder: string }> {
  const root = join(folder, piece.uploadId);
  const path = join(root, safeRelativePath(piece.name));
  if (piece.offset + piece.bytes.length > maxFileBytes)
    throw new AppError('file-too-large', 'dropped files may have 8 GB at most');
  await mkdir(dirname(path), { recursive: true });
  const file = await open(path, piece.offset === 0 ? 'w' : 'r+');
  try {
    const { size } = await file.stat();
    if (size !== piece.offset) throw new AppError('conflict', 'the pieces of an upload must come in order');
    await file.write(piece.bytes, 0, piece.bytes.length, piece.offset);
  } finally {
    await file.close();
  }
  return { path, folder: root };
}

/** Dropped files are referenced in place after an import, so only an upload that failed is taken away. */
export async function discardUpload(folder: string, uploadId: string): Promise<void> {
  await rm(join(folder, uploadId), { recursive: true, force: true });
}

function safeRelativePath(name: string): string {
  const path = normalize(name.replaceAll('\\', '/')).replace(/^([/\\]|[A-Za-z]:)+/, '');
  const parts = path.split(sep);
  if (path === '' || path === '.' || parts.includes('..') || path.includes('\0'))
    throw new AppError('invalid-input', 'the name of the dropped file cannot be used');
  return path;
}
