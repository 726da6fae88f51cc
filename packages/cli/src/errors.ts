/** The command was used wrongly: exit code 2. The message is one sentence for the person who typed it. */
export class WrongUse extends Error {
  override readonly name = 'WrongUse';
}

/** The command was right and did not succeed: exit code 1. The message is one sentence. */
export class Failure extends Error {
  override readonly name = 'Failure';
}

/** Some parts failed, and the command has said so itself: exit code 1, and nothing more is printed. */
export class PartialFailure extends Error {
  override readonly name = 'PartialFailure';
}

/** Ctrl-C or SIGTERM ended it in order, and the command has said how to go on: exit code 130, as shells have it. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}

/** The command did its work and has printed what came of it, which its exit code tells too. */
export class Outcome extends Error {
  override readonly name = 'Outcome';
  readonly exitCode: number;

  constructor(exitCode: number) {
    super(`The exit code is ${exitCode}.`);
    this.exitCode = exitCode;
  }
}
