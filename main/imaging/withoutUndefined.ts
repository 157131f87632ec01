type Defined<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};

/** Leaves out absent values, so that facts survive a trip through JSON unchanged. */
export function withoutUndefined<T extends object>(facts: T): Defined<T> {
  const defined: Partial<T> = {};
  for (const name in facts) if (facts[name] !== undefined) defined[name] = facts[name];
  return defined as unknown as Defined<T>;
}
