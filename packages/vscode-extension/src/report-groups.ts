/** The fan-out report as groups of sites: by what was decided, by how many can start at once, or by package. */
import type { FanOutSite } from "@floodgate/language-server/protocol";

export const groupings = ["verdict", "bound", "package"] as const;
export type Grouping = (typeof groupings)[number];

export interface ReportGroup {
  readonly label: string;
  readonly sites: readonly FanOutSite[];
}

const verdictLabels: Readonly<Record<FanOutSite["verdict"], string>> = {
  report: "Unbounded: limit these",
  strict: "Worth a look (strict)",
  silent: "Bounded or harmless",
};

/**
 * @param packageFolders - URIs of the folders that hold a `package.json`; a site belongs to the deepest around it.
 * @returns groups in reading order, no group empty: what needs a reader first, then by name.
 */
export function groupSites(
  sites: readonly FanOutSite[],
  grouping: Grouping,
  packageFolders: readonly string[] = [],
): readonly ReportGroup[] {
  const deepestFirst = [...packageFolders].sort((a, b) => b.length - a.length);
  const labelOf = (site: FanOutSite): string => {
    switch (grouping) {
      case "verdict":
        return verdictLabels[site.verdict];
      case "bound":
        // "no limit: `rows` is a parameter" differs from site to site; what it says of the number does not.
        return plain(site.bound.split(":", 1)[0] ?? site.bound);
      case "package":
        return packageLabel(deepestFirst.find((folder) => site.uri.startsWith(`${folder}/`)));
    }
  };
  const groups = new Map<string, FanOutSite[]>();
  for (const site of sites) {
    const label = labelOf(site);
    const group = groups.get(label);
    if (group === undefined) groups.set(label, [site]);
    else group.push(site);
  }
  return [...groups]
    .map(([label, members]) => ({ label, sites: members.sort(byPlace) }))
    .sort((a, b) => urgency(a) - urgency(b) || a.label.localeCompare(b.label, "en", { numeric: true }));
}

/** Labels of a tree show no Markdown, and have room for the sign. */
export const plain = (text: string): string => text.replaceAll("`", "").replaceAll("<=", "≤");

const packageLabel = (folder: string | undefined): string =>
  folder === undefined ? "no package" : decodeURIComponent(folder.slice(folder.lastIndexOf("/") + 1));

const verdictOrder: readonly FanOutSite["verdict"][] = ["report", "strict", "silent"];

/** The most urgent verdict of the group: 0 is a finding. */
const urgency = ({ sites }: ReportGroup): number =>
  Math.min(...sites.map(({ verdict }) => verdictOrder.indexOf(verdict)));

const byPlace = (a: FanOutSite, b: FanOutSite): number =>
  verdictOrder.indexOf(a.verdict) - verdictOrder.indexOf(b.verdict) ||
  a.uri.localeCompare(b.uri, "en") ||
  a.line - b.line ||
  a.character - b.character;
