/**
 * The time between the signal to stop and the moment from which nobody is let in any more. Readiness is false
 * meanwhile, so that a balancer sends its requests elsewhere; those that still come are answered.
 */
export class Drain {
  #isUnderWay = false;

  get isUnderWay(): boolean {
    return this.#isUnderWay;
  }

  begin(): void {
    this.#isUnderWay = true;
  }
}
