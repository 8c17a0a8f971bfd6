import { findUnfinished, type Unfinished } from "../documents/files/unfinished";
import type { FileContext } from "../documents/files/unfinishedStore";
import { Disposable } from "./dispose";

/** The milliseconds between two looks at the records, and the number of looks. */
const pause = 2000;
const looks = 5;

/** The most operations that get a message each. */
const mostOffers = 3;

/**
 * Offers, when a window starts, to resume interrupted operations. After a reload the old process
 * may live a few seconds longer than its window, so this looks more than once.
 */
export class UnfinishedOffers extends Disposable {
  private readonly offered = new Set<string>();
  private timer: NodeJS.Timeout | undefined;

  /**
   * @param offer - asks about one operation, and does what the user says.
   * @param offerMany - reports more than {@link mostOffers} operations in one message.
   * @param onFailure - handles the failure of an offer for a file, or of a look.
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

  /** @param isLast - true if a process that a reload ends has had its time. */
  private async offerNew(isLast: boolean): Promise<void> {
    const { home } = this.context.unfinished;
    const found = await findUnfinished(this.context);
    const anew = found.filter(({ record, holder }) => {
      if (this.offered.has(record.partial)) return false;
      // An operation that may be another window's on this machine is not offered: most of these
      // still run.
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
