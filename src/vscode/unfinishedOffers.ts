import { findUnfinished, type Unfinished } from "../documents/files/unfinished";
import type { FileContext } from "../documents/files/unfinishedStore";
import { Disposable } from "./dispose";

/** The pause between two looks at the records, in milliseconds, and the number of looks. */
const pause = 2000;
const looks = 5;

/** So many operations are offered each by a message of its own. */
const mostOffers = 3;

/**
 * Offers, at the start of a window, to resume what was interrupted. The process that a reload ends
 * may live a few seconds longer than the window; so it looks more than once.
 */
export class UnfinishedOffers extends Disposable {
  private readonly offered = new Set<string>();
  private timer: NodeJS.Timeout | undefined;

  /**
   * @param offer - asks about one operation, and does what the user says.
   * @param offerMany - tells in one message of more than {@link mostOffers}.
   * @param onFailure - is told what an offer, on a file, or a look failed with.
   */
  constructor(
    private readonly context: FileContext,
    private readonly offer: (unfinished: Unfinished) => Promise<void>,
    private readonly offerMany: (count: number) => Promise<void>,
    private readonly onFailure: (path: string | null, error: unknown) => void,
  ) {
    super();
    this.register({
      dispose: () => {
        clearTimeout(this.timer);
      },
    });
    this.look(looks);
  }

  private look(left: number): void {
    void this.offerNew(left === 1).catch((error: unknown) => {
      this.onFailure(null, error);
    });
    if (left > 1) {
      this.timer = setTimeout(() => {
        this.look(left - 1);
      }, pause);
    }
  }

  /** @param isLast - tells that whatever a reload ends has had its time. */
  private async offerNew(isLast: boolean): Promise<void> {
    const { home } = this.context.unfinished;
    const found = await findUnfinished(this.context);
    const anew = found.filter(({ record, holder }) => {
      if (this.offered.has(record.partial)) return false;
      // One that may be another window's on this machine is not offered: most of these run.
      return holder === null || (isLast && record.home !== undefined && record.home !== home);
    });
    for (const { record } of anew) this.offered.add(record.partial);
    if (anew.length > mostOffers) {
      await this.offerMany(anew.length);
      return;
    }
    for (const unfinished of anew) {
      void this.offer(unfinished).catch((error: unknown) => {
        this.onFailure(unfinished.record.source, error);
      });
    }
  }
}
