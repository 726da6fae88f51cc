import {
  type FaultName,
  faults,
  type PreflightFinding,
  type PreflightWarningCode,
  type QualificationRequest,
} from '@vetted/contract';
import { mayRequest, requestProblems, withQueryCode } from './qualification.rules.js';
import type { ValidationCodeRow } from './store.js';
import type { Vetting } from './vetting.js';

/** What is known of a host. */
export interface HostFacts {
  /** Its name in ASCII and lower case. */
  readonly name: string;
  /** What its owner registered, `example.edu` for `www.example.edu`; the name itself where nothing can be registered. */
  readonly registrableDomain: string;
  /** Whether a website can be there: below a public suffix, under a name that somebody can register. */
  readonly isPublic: boolean;
  /** Whether it is a mail provider's with whom everybody can have an address. */
  readonly isFreeMail: boolean;
}

/** Tells of a website or a domain what is known of its host; undefined where there is no host in it. */
export type HostLookup = (address: string) => HostFacts | undefined;

/** What the request would be refused for, by the rules and in the words of the request itself. */
export function preflightErrors(
  request: QualificationRequest,
  queryCode: string | undefined,
  vettings: readonly Vetting[],
  code: ValidationCodeRow | undefined,
): PreflightFinding[] {
  const problems = requestProblems(request, queryCode).map(({ name, reason }) =>
    error(faults.InputInvalid.code, name, `${name} ${reason}.`),
  );
  const verdict = mayRequest(withQueryCode(request, queryCode), vettings, code);
  if (verdict === 'ok') return problems;
  return [...problems, error(faults[verdict].code, fieldOf(verdict), faults[verdict].description)];
}

function fieldOf(verdict: FaultName): string {
  return verdict === 'ValidationCodeUnknown' || verdict === 'ValidationCodeExhausted'
    ? 'validationCode'
    : 'qualification';
}

function error(code: string, field: string, message: string): PreflightFinding {
  return { code, field, message, severity: 'error' };
}

/** What a reviewer would stumble over. Only Education is reviewed: about other requests there is nothing to warn of. */
export function preflightWarnings(
  { qualification, website }: QualificationRequest,
  customerDomain: string,
  lookUp: HostLookup,
): PreflightFinding[] {
  if (qualification !== 'Education') return [];
  const domain = lookUp(customerDomain);
  return [...(website === undefined ? [] : websiteWarnings(lookUp(website), domain)), ...domainWarnings(domain)];
}

function websiteWarnings(site: HostFacts | undefined, domain: HostFacts | undefined): PreflightFinding[] {
  if (!site?.isPublic) {
    const message = 'The website is no public address; give the one the customer is found at, such as example.edu.';
    return [warning('WebsiteNotResolvable', 'website', message)];
  }
  const findings: PreflightFinding[] = [];
  if (site.registrableDomain !== domain?.registrableDomain) {
    const message = "The website is in another domain than the customer's tenant; make sure that it is the customer's.";
    findings.push(warning('WebsiteDomainDiffers', 'website', message));
  }
  if (site.isFreeMail) {
    const message = "The website is that of a mail provider for everybody; give the customer's own.";
    findings.push(warning('FreeMailDomain', 'website', message));
  }
  return findings;
}

function domainWarnings(domain: HostFacts | undefined): PreflightFinding[] {
  if (domain?.name.endsWith('.onmicrosoft.com')) {
    const message = "The customer's domain is the one every tenant begins with; add the customer's own to its tenant.";
    return [warning('OnMicrosoftDomain', 'domain', message)];
  }
  if (!domain?.isFreeMail) return [];
  const message = "The customer's domain is that of a mail provider for everybody; add its own to its tenant.";
  return [warning('FreeMailDomain', 'domain', message)];
}

function warning(code: PreflightWarningCode, field: 'website' | 'domain', message: string): PreflightFinding {
  return { code, field, message, severity: 'warning' };
}
