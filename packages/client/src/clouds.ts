/**
 * Where Partner Center is reached in one of Microsoft's clouds, and where one signs in for it.
 *
 * @see https://learn.microsoft.com/entra/identity-platform/authentication-national-cloud
 */
export interface Cloud {
  /** Partner Center's address there. */
  readonly baseUrl: string;
  /** The address of the authority that gives the tokens: `authorityHost` of the credentials of `@azure/identity`. */
  readonly authorityHost: string;
  /** The scope that tokens are asked for. */
  readonly scope: string;
}

/** The name of one of Microsoft's clouds: `china` is operated by 21Vianet. */
export type CloudName = 'public' | 'china' | 'usGovernment';

/**
 * Microsoft's clouds. The client takes one by its name (`cloud`); a credential of `@azure/identity` takes its
 * `authorityHost`. US Government partners use the worldwide Partner Center and sign in at an authority of their own.
 *
 * @see https://learn.microsoft.com/entra/identity-platform/authentication-national-cloud
 * @example
 * ```ts
 * import { ClientSecretCredential } from '@azure/identity';
 * import { clouds, PartnerCenterClient } from '@vetted/client';
 *
 * const { authorityHost } = clouds.china;
 * const credential = new ClientSecretCredential('<tenant id>', '<application id>', '<secret>', { authorityHost });
 * export const client = new PartnerCenterClient(credential, { cloud: 'china' });
 * ```
 */
export const clouds: Readonly<Record<CloudName, Cloud>> = Object.freeze({
  public: Object.freeze({
    baseUrl: 'https://api.partnercenter.microsoft.com',
    authorityHost: 'https://login.microsoftonline.com',
    scope: 'https://api.partnercenter.microsoft.com/.default',
  }),
  china: Object.freeze({
    baseUrl: 'https://partner.partnercenterapi.microsoftonline.cn',
    authorityHost: 'https://login.partner.microsoftonline.cn',
    scope: 'https://partner.partnercenterapi.microsoftonline.cn/.default',
  }),
  usGovernment: Object.freeze({
    baseUrl: 'https://api.partnercenter.microsoft.com',
    authorityHost: 'https://login.microsoftonline.us',
    scope: 'https://api.partnercenter.microsoft.com/.default',
  }),
});

/** The cloud of a name. Throws TypeError for a name that is no string, RangeError for one that names no cloud. */
export function cloudOf(name: CloudName): Cloud {
  if (typeof name !== 'string') throw new TypeError(`cloud must be a string, not ${typeof name}.`);
  if (Object.hasOwn(clouds, name)) return clouds[name];
  throw new RangeError(`cloud must be one of ${Object.keys(clouds).join(', ')}; "${name}" is not.`);
}
