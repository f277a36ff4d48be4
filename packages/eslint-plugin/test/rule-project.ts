/** The project that rules are tested in, made once for all of their tests: see `rule-tester.ts`. */
import type { TestProject } from "vitest/node";
import { fixtureProject } from "./fixture-project.ts";

declare module "vitest" {
  interface ProvidedContext {
    ruleProject: string;
  }
}

export default function setup(tests: TestProject): () => void {
  const project = fixtureProject();
  tests.provide("ruleProject", project.root);
  return () => {
    project.remove();
  };
}
