/** A clock that stands until it is told otherwise. */
export interface FakeClock {
  (): Date;
  advance(milliseconds: number): void;
}

export function fakeClock(start = '2026-03-02T09:00:00.000Z'): FakeClock {
  let now = Date.parse(start);
  const clock = () => new Date(now);
  return Object.assign(clock, {
    advance(milliseconds: number) {
      now += milliseconds;
    },
  });
}
