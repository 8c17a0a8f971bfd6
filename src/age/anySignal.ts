/** Makes a signal that aborts with the first of these. The other one may be absent. */
export function anySignal(one: AbortSignal, other: AbortSignal | undefined): AbortSignal {
  return other === undefined ? one : AbortSignal.any([one, other]);
}
