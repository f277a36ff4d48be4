/** Progress for a client that gave a token for it. */
import { WorkDoneProgress, type Connection } from "vscode-languageserver";

/** Ten times a second at most, and the end, where `done` is `total`, always. */
export function progressOf(
  connection: Connection,
  token: string | number,
  title: string,
): (done: number, total: number) => void {
  void connection.sendProgress(WorkDoneProgress.type, token, { kind: "begin", title, percentage: 0 });
  let last = 0;
  return (done, total) => {
    if (done === total) {
      void connection.sendProgress(WorkDoneProgress.type, token, { kind: "end" });
      return;
    }
    const now = Date.now();
    if (now - last < 100) return;
    last = now;
    const percentage = Math.floor((100 * done) / total);
    void connection.sendProgress(WorkDoneProgress.type, token, {
      kind: "report",
      percentage,
      message: `${done} of ${total}`,
    });
  };
}
