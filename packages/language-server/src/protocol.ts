/** Our own requests and notifications beside LSP's, shared with the extension. Plain data; imports nothing. */

/** What a client may send as `initializationOptions`. Everything may be absent. */
export interface FloodgateInitializationOptions {
  /**
   * Whether code of the workspace may run: its TypeScript, its ESLint config. Default true; VS Code passes its own.
   * Takes effect for the life of the server.
   */
  readonly trusted?: boolean;
  /** Whether to send `floodgate/status`. Default false: some clients complain of notifications they do not know. */
  readonly status?: boolean;
  /**
   * Whether to announce workspace diagnostics to a client that pulls. Default false: VS Code's client, told of them, leaves
   * the problems of a file that is closed to the answers about the workspace, and asks for those all the time.
   */
  readonly workspaceDiagnostics?: boolean;
  /** Settings for clients that do not answer `workspace/configuration`: the object under `floodgate`. */
  readonly settings?: unknown;
}

/** Server → client, notification: what the server knows about the file that was analysed last. */
export const statusMethod = "floodgate/status";

export interface StatusParams {
  readonly uri: string;
  /** 1: syntax and scopes only. 2: with types. */
  readonly tier: 1 | 2;
  /** Where types come from, or why there are none: "TypeScript 6.0.3, tsconfig.json", "types off: not trusted". */
  readonly types: string;
  readonly milliseconds: number;
  readonly findings: number;
  /** Set when nothing can be said about the file: it does not parse, linting is off. */
  readonly notice?: string;
}

/** Client → server, request: why is nothing reported here? Answers with Markdown. */
export const explainMethod = "floodgate/explain";

/** The same for clients that know `workspace/executeCommand` only: its one argument is an `ExplainParams`. */
export const explainCommand = "floodgate.server.explain";

export interface ExplainParams {
  readonly textDocument: { readonly uri: string };
  readonly position: { readonly line: number; readonly character: number };
}

export interface ExplainResult {
  readonly markdown: string;
}

/** Client → server, request: every site in the workspace, by verdict, bound and gate. Cancellable; reports progress. */
export const fanOutReportMethod = "floodgate/fanOutReport";

/** The same for clients that know `workspace/executeCommand` only. Takes no arguments. */
export const fanOutReportCommand = "floodgate.server.fanOutReport";

export interface FanOutReportParams {
  readonly workDoneToken?: string | number;
}

export interface FanOutReportResult {
  readonly sites: readonly FanOutSite[];
  readonly filesRead: number;
  readonly markdown: string;
  /** SARIF 2.1.0, as text. */
  readonly sarif: string;
}

export interface FanOutSite {
  readonly uri: string;
  readonly line: number;
  readonly character: number;
  readonly rule: string;
  readonly operation: string;
  readonly verdict: "report" | "strict" | "silent";
  readonly bound: string;
  readonly gate: string;
  readonly effect: string;
  readonly because: string;
}
