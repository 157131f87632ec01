import type { ReactNode } from 'react';
import { GreyPicture } from '../GreyPicture.tsx';
import './charts.css';

interface PictureTileProps {
  /** size x size grey values; undefined while they are on their way. */
  readonly pixels: Uint8Array | undefined;
  readonly size: number;
  readonly alt: string;
  /** Of the class, along the lower edge. */
  readonly colour?: string | undefined;
  readonly caption?: ReactNode;
  /** What a click does, as accessible name of the tile. */
  readonly onOpen?: (() => void) | undefined;
}

/** One case as the network sees it; a click opens the image it came from. */
export function PictureTile({ pixels, size, alt, colour, caption, onOpen }: PictureTileProps): ReactNode {
  const content = (
    <>
      <span className="picture-tile-image">
        {pixels ? <GreyPicture rows={size} columns={size} pixels={pixels} alt={alt} /> : null}
      </span>
      {colour ? <i className="picture-tile-colour" style={{ background: colour }} /> : null}
      {caption ? <span className="picture-tile-caption">{caption}</span> : null}
    </>
  );
  return onOpen ? (
    <button type="button" className="picture-tile" aria-label={`Open ${alt}`} title={alt} onClick={onOpen}>
      {content}
    </button>
  ) : (
    <div className="picture-tile" title={alt}>
      {content}
    </div>
  );
}
