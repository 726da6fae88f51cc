import { Durations } from './durations.js';

/** What is counted of the requests of one route by one method. */
export class RouteCounts {
  readonly method: string;
  /** The pattern, never the path: that would be a label for each customer. */
  readonly route: string;
  readonly durations = new Durations();
  /** By status. */
  readonly statuses = new Map<number, number>();

  constructor(method: string, route: string) {
    this.method = method;
    this.route = route;
  }

  add(status: number, seconds: number): void {
    this.statuses.set(status, (this.statuses.get(status) ?? 0) + 1);
    this.durations.observe(seconds);
  }
}

/** What is counted of requests. */
export class RequestCounts {
  inFlight = 0;
  /** Answers that were faults, by the fault's name. */
  readonly faults = new Map<string, number>();
  readonly #routes = new Map<string, Map<string, RouteCounts>>();

  /** The counts of a route, which come into being with its first request. */
  of(method: string, route: string): RouteCounts {
    let methods = this.#routes.get(route);
    if (methods === undefined) {
      methods = new Map();
      this.#routes.set(route, methods);
    }
    let counts = methods.get(method);
    if (counts === undefined) {
      counts = new RouteCounts(method, route);
      methods.set(method, counts);
    }
    return counts;
  }

  addFault(name: string): void {
    this.faults.set(name, (this.faults.get(name) ?? 0) + 1);
  }

  routes(): readonly RouteCounts[] {
    return [...this.#routes.values()].flatMap((methods) => [...methods.values()]);
  }
}
