/** The plugin: `import floodgate from "eslint-plugin-floodgate"`, then `floodgate.configs.recommended`. */
// From the model, whose declarations need nothing installed: users may check ours without `skipLibCheck`.
import type { RuleName } from "./analysis/model.ts";
import { presetsOf } from "./configs.ts";
import type { Preset, PresetName } from "./configs.ts";
import type { FloodgateRule } from "./eslint/create-rule.ts";
import { rules } from "./rules/index.ts";

export interface FloodgatePlugin {
  readonly meta: { readonly name: string; readonly version: string; readonly namespace: string };
  readonly rules: Record<RuleName, FloodgateRule>;
  readonly configs: Record<PresetName, Preset>;
}

const base = {
  // `version` is package.json's; a test keeps them equal, so that loading the plugin reads no file.
  meta: { name: "eslint-plugin-floodgate", version: "0.1.0", namespace: "floodgate" },
  rules: { ...rules },
};

const configs = {} as Record<PresetName, Preset>;
const plugin: FloodgatePlugin = Object.assign(base, { configs });
// The presets name the plugin they belong to, so they can be made only once it is there.
Object.assign(configs, presetsOf(plugin));

export type { FloodgateRule, Preset, PresetName };
export default plugin;
// What `require("eslint-plugin-floodgate")` gives: the plugin itself.
export { plugin as "module.exports" };
