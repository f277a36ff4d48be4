/** What a command touches of the world, and how it ends. */
export interface World {
  readonly cwd: string;
  readonly colours: boolean;
  /** Whether to draw progress on `err`. */
  readonly progress: boolean;
  out(text: string): void;
  err(text: string): void;
  now(): number;
  /** Set once the user pressed Ctrl+C. */
  readonly interrupted: () => boolean;
}

export const exitCodes = { clean: 0, findings: 1, failed: 2, interrupted: 130 } as const;
