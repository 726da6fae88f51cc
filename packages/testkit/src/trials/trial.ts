/** How a trial is to run. Whatever is random follows from the seed. */
export interface TrialSettings {
  readonly seed: number;
  /** How much: kills, requests an operation, minutes; each trial says which. */
  readonly amount: number;
  /** The address of an empty database; for a trial that takes none it is unused. */
  readonly database: string;
  /** Tells the person at the terminal how it goes, a line at a time. */
  readonly say: (line: string) => void;
}

/** What the service must withstand. In short it is part of the tests; at length it runs by `npm run endure`. */
export interface Trial {
  /** One line for `--help`. */
  readonly summary: string;
  /** What the amount counts, and how much it is by default. */
  readonly amount: { readonly of: string; readonly byDefault: number };
  /** Databases that it runs on, the first one by default; none where it brings its own or takes none. */
  readonly databases: readonly ('sqlite' | 'postgres')[];
  /** Resolves with what was seen, in lines; rejects where anything did not hold. */
  run(settings: TrialSettings): Promise<readonly string[]>;
}
