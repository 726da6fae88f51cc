import type { FaultDatum, FaultRule } from '@vetted/contract';
import { Refusal } from '../domain/refusal.js';

/** Where the paths begin that rules are about: never the switches themselves, the authority, health and docs. */
export const faultRoots = ['/v1/', '/vetting/v1/', '/webhooks/v1/'] as const;

/** The rules by which requests go wrong. They live in memory: a restart ends them, and each process has its own. */
export class FaultSwitch {
  readonly #random: () => number;
  #rules: readonly FaultRule[] = [];

  /** `random` gives numbers from 0 to below 1. */
  constructor(random: () => number) {
    this.#random = random;
  }

  /** The rules that stand, with what is left of their times. */
  get rules(): readonly FaultRule[] {
    return this.#rules;
  }

  /**
   * Puts these rules in the place of all others.
   * @throws Refusal InputInvalid where one contradicts itself, or can never match
   */
  replace(rules: readonly FaultRule[]): void {
    const problems = faultProblems(rules);
    if (problems.length > 0) throw new Refusal('InputInvalid', problems);
    this.#rules = [...rules];
  }

  end(): void {
    this.#rules = [];
  }

  /** The first rule that matches and fires, or undefined. It is counted at once, so that no two requests share a time. */
  take(method: string, path: string): FaultRule | undefined {
    const rule = this.#rules.find((candidate) => matches(candidate, method, path) && this.#fires(candidate));
    if (rule?.times !== undefined) this.#count(rule, rule.times - 1);
    return rule;
  }

  #fires({ probability }: FaultRule): boolean {
    return probability === undefined || this.#random() < probability;
  }

  #count(rule: FaultRule, times: number): void {
    const left = times === 0 ? [] : [{ ...rule, times }];
    this.#rules = this.#rules.flatMap((standing) => (standing === rule ? left : [standing]));
  }
}

/** What is wrong with rules taken by themselves. */
function faultProblems(rules: readonly FaultRule[]): FaultDatum[] {
  return rules.flatMap((rule, index) => {
    const { path, status, retryAfter, delayMs, dropConnection } = rule;
    const problem = (member: string, reason: string) => [{ name: `${index}${member}`, reason }];
    if (status === undefined && delayMs === undefined && dropConnection === undefined) {
      return problem('', 'must have status, delayMs or dropConnection');
    }
    if (status !== undefined && dropConnection !== undefined) {
      return problem('.dropConnection', 'excludes status: a connection that is cut has no answer');
    }
    if (status === undefined && retryAfter !== undefined) return problem('.retryAfter', 'needs status');
    if (path !== undefined && !leadsBelowRoots(path)) {
      return problem('.path', 'must match paths below /v1/, /vetting/v1/ or /webhooks/v1/: rules are for no others');
    }
    return [];
  });
}

/** Judged by what stands before the first `*`, after which anything may come. */
function leadsBelowRoots(pattern: string): boolean {
  const [first = ''] = pattern.split('*', 1);
  const isOpen = first !== pattern;
  return faultRoots.some((root) => first.startsWith(root) || (isOpen && root.startsWith(first)));
}

function matches(rule: FaultRule, method: string, path: string): boolean {
  return (rule.method === undefined || rule.method === method) && (rule.path === undefined || covers(rule.path, path));
}

/** Whether a pattern, in which `*` stands for anything, covers the whole path. Takes no longer than both are long. */
function covers(pattern: string, path: string): boolean {
  const [first = '', ...rest] = pattern.split(/\*+/);
  const last = rest.pop();
  if (last === undefined) return path === first;
  if (!path.startsWith(first)) return false;
  let from = first.length;
  for (const part of rest) {
    const at = path.indexOf(part, from);
    if (at < 0) return false;
    from = at + part.length;
  }
  return path.length - last.length >= from && path.endsWith(last);
}
