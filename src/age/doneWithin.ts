/**
 * Tells whether work ends within a time. The work goes on in any case.
 *
 * @param signal - ends the waiting as the end of the time does.
 * @throws the work's own error.
 */
export async function isDoneWithin(
  work: Promise<unknown>,
  milliseconds: number,
  signal?: AbortSignal,
): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  let giveUp = (): void => undefined;
  const late = new Promise<boolean>((resolve) => {
    giveUp = () => {
      resolve(false);
    };
    timer = setTimeout(giveUp, milliseconds);
  });
  signal?.addEventListener("abort", giveUp, { once: true });
  if (signal?.aborted === true) giveUp();
  try {
    return await Promise.race([work.then(() => true), late]);
  } finally {
    signal?.removeEventListener("abort", giveUp);
    clearTimeout(timer);
  }
}
