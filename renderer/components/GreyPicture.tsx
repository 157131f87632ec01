import { type ReactNode, useEffect, useRef } from 'react';

interface GreyPictureProps {
  readonly rows: number;
  readonly columns: number;
  /** rows x columns grey values, row-major. */
  readonly pixels: Uint8Array;
  readonly alt: string;
}

/** An 8-bit grey picture, as thumbnails and contact sheets have them. */
export function GreyPicture({ rows, columns, pixels, alt }: GreyPictureProps): ReactNode {
  const ref = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const context = ref.current?.getContext('2d');
    if (!context || rows * columns === 0) return;
    const image = context.createImageData(columns, rows);
    for (let i = 0; i < rows * columns; i++) {
      const grey = pixels[i] ?? 0;
      image.data.set([grey, grey, grey, 255], i * 4);
    }
    context.putImageData(image, 0, 0);
  }, [rows, columns, pixels]);
  return <canvas ref={ref} className="grey-picture" width={columns} height={rows} role="img" aria-label={alt} />;
}
