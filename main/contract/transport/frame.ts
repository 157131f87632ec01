import { AppError } from '../../domain/errors.ts';

/**
 * Wire form of one message on a byte transport: u32 header length (big endian), a JSON header in UTF-8, then the
 * bytes of every typed array the header refers to, in order. A typed array stands in the header as
 * `{"$array": [kind, byteLength]}`.
 */
const kinds = {
  u8: Uint8Array,
  i8: Int8Array,
  u16: Uint16Array,
  i16: Int16Array,
  u32: Uint32Array,
  i32: Int32Array,
  f32: Float32Array,
  f64: Float64Array,
} as const;

type Kind = keyof typeof kinds;
export type WireArray = InstanceType<(typeof kinds)[Kind]>;

const kindOf = new Map<unknown, Kind>(Object.entries(kinds).map(([kind, type]) => [type, kind as Kind]));

export function encode(message: unknown): Uint8Array<ArrayBuffer> {
  const parts: Uint8Array[] = [];
  // `this[key]`, for `value` has been through toJSON, which Node's Buffer has.
  const json = JSON.stringify(message, function (this: Record<string, unknown>, key, afterToJson: unknown) {
    const value = this[key];
    if (!ArrayBuffer.isView(value)) return afterToJson;
    const kind = kindName(value);
    parts.push(new Uint8Array(value.buffer, value.byteOffset, value.byteLength));
    return { $array: [kind, value.byteLength] };
  });
  const header = new TextEncoder().encode(json);
  const out = new Uint8Array(4 + header.length + parts.reduce((total, part) => total + part.length, 0));
  new DataView(out.buffer).setUint32(0, header.length);
  out.set(header, 4);
  let at = 4 + header.length;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

function kindName(view: ArrayBufferView): Kind {
  const kind = kindOf.get(view.constructor) ?? (view instanceof Uint8Array ? 'u8' : undefined); // Buffer
  if (!kind) throw new TypeError(`a ${view.constructor.name} cannot be sent`);
  return kind;
}

/** Throws AppError('invalid-input') for bytes that `encode` cannot have written. */
export function decode(wire: Uint8Array): unknown {
  if (wire.length < 4) throw new AppError('invalid-input', 'message shorter than its header');
  const headerLength = new DataView(wire.buffer, wire.byteOffset, 4).getUint32(0);
  if (4 + headerLength > wire.length) throw new AppError('invalid-input', 'message header runs past its end');
  let at = 4 + headerLength;
  const takeArray = (kind: string, byteLength: number): WireArray => {
    const type = Object.hasOwn(kinds, kind) ? kinds[kind as Kind] : undefined;
    const fits = Number.isInteger(byteLength) && byteLength >= 0 && at + byteLength <= wire.length;
    if (!type || !fits || byteLength % type.BYTES_PER_ELEMENT !== 0)
      throw new AppError('invalid-input', 'message array does not fit');
    const copy = Uint8Array.prototype.slice.call(wire, at, at + byteLength); // own, aligned; Buffer's slice is neither
    at += byteLength;
    return new type(copy.buffer, copy.byteOffset, byteLength / type.BYTES_PER_ELEMENT);
  };
  const restore = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(restore);
    if (value === null || typeof value !== 'object') return value;
    if ('$array' in value && Array.isArray(value.$array))
      return takeArray(String(value.$array[0]), Number(value.$array[1]));
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, restore(inner)]));
  };
  return restore(parseJson(new TextDecoder().decode(wire.subarray(4, 4 + headerLength))));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new AppError('invalid-input', 'message header is not JSON', { cause });
  }
}
