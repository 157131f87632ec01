import type { ReactNode } from 'react';

const steps = [
  { title: 'Open', text: 'DICOM, PNG, JPEG or NIfTI. Nothing leaves this machine.', Picture: OpenPicture },
  { title: 'Label', text: 'Answer with number keys, outline lesions.', Picture: LabelPicture },
  { title: 'Train', text: 'Freeze a data set by patient, train a network here.', Picture: TrainPicture },
  { title: 'See why', text: 'Scores and heat maps, back on the image.', Picture: SeePicture },
] as const;

/** The loop of the program in four pictures. */
export function LoopPictures(): ReactNode {
  return (
    <ol className="loop" aria-label="What Groundglass does">
      {steps.map(({ title, text, Picture }, i) => (
        <li key={title}>
          <svg viewBox="0 0 160 100" aria-hidden="true">
            <Picture />
          </svg>
          <h3>
            {i + 1}. {title}
          </h3>
          <p className="dim">{text}</p>
        </li>
      ))}
    </ol>
  );
}

/** A chest slice in a few strokes, shared by the pictures. */
function Slice(): ReactNode {
  return (
    <g>
      <rect x="0.5" y="0.5" width="159" height="99" rx="8" fill="#000" stroke="#2a323c" />
      <ellipse cx="80" cy="51" rx="56" ry="39" fill="#59626d" />
      <ellipse cx="80" cy="51" rx="51" ry="34" fill="#3b434d" />
      <path d="M72 26c-22-6-38 12-37 32 1 15 14 20 25 16 8-3 12-12 13-26z" fill="#12161b" />
      <path d="M88 26c22-6 38 12 37 32-1 15-14 20-25 16-8-3-12-12-13-26z" fill="#12161b" />
      <circle cx="80" cy="73" r="7" fill="#9aa5b1" />
    </g>
  );
}

function OpenPicture(): ReactNode {
  return (
    <>
      <g transform="translate(2 2) scale(.74)" opacity="0.45">
        <Slice />
      </g>
      <g transform="translate(20 12) scale(.74)" opacity="0.7">
        <Slice />
      </g>
      <g transform="translate(40 25) scale(.74)">
        <Slice />
      </g>
    </>
  );
}

function LabelPicture(): ReactNode {
  return (
    <>
      <Slice />
      <circle cx="109" cy="50" r="5" fill="#9aa5b1" />
      <ellipse cx="109" cy="50" rx="11" ry="9" fill="none" stroke="#e69f00" strokeWidth="2" />
      <g fontSize="10" fontWeight="600" fill="#0b0d10">
        <rect x="10" y="80" width="16" height="13" rx="3" fill="#56b4e9" />
        <text x="15.5" y="90">
          1
        </text>
        <rect x="30" y="80" width="16" height="13" rx="3" fill="#e69f00" />
        <text x="35" y="90">
          2
        </text>
      </g>
    </>
  );
}

function TrainPicture(): ReactNode {
  return (
    <g fill="none" strokeWidth="2">
      <rect x="0.5" y="0.5" width="159" height="99" rx="8" fill="#12161b" stroke="#2a323c" strokeWidth="1" />
      <path d="M20 14v70h124" stroke="#39434f" strokeWidth="1.5" />
      <path d="M22 24c16 34 34 46 54 51s44 5 66 6" stroke="#4cb8d4" />
      <path d="M22 30c16 26 34 36 52 39s46-4 68-7" stroke="#e9b44c" strokeDasharray="5 4" />
      <circle cx="84" cy="69.5" r="3.5" fill="#e9b44c" stroke="none" />
    </g>
  );
}

function SeePicture(): ReactNode {
  return (
    <>
      <defs>
        <radialGradient id="loop-heat">
          <stop offset="0" stopColor="#fcffa4" />
          <stop offset=".35" stopColor="#f98b0b" stopOpacity=".9" />
          <stop offset=".7" stopColor="#b73557" stopOpacity=".55" />
          <stop offset="1" stopColor="#510e6c" stopOpacity="0" />
        </radialGradient>
      </defs>
      <Slice />
      <circle cx="109" cy="50" r="5" fill="#9aa5b1" />
      <circle cx="109" cy="50" r="22" fill="url(#loop-heat)" />
      <rect x="6" y="80" width="92" height="15" rx="4" fill="#0b0d10" />
      <rect x="10" y="84" width="60" height="7" rx="2" fill="#2a323c" />
      <rect x="10" y="84" width="51" height="7" rx="2" fill="#4cb8d4" />
      <text x="74" y="91" fontSize="9" fill="#e6eaf0">
        0.91
      </text>
    </>
  );
}
