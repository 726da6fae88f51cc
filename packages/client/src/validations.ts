import { paths } from '@vetted/contract';
import { readObjects } from './answers.js';
import type { ValidationCode } from './models.js';
import type { OperationOptions } from './options.js';
import type { Send } from './transport/pipeline.js';

/** The partner's validations: the .NET SDK's `IValidations`. */
export interface ValidationsOperations {
  /**
   * Gets the partner's Government Community Cloud validation codes, with App or App+User credentials.
   *
   * Rejects with a {@link PartnerCenterError}: 401 and 403 for the token.
   *
   * @see https://learn.microsoft.com/partner-center/developer/get-a-partner-s-validation-codes
   * @example
   * ```ts
   * import type { PartnerCenterClient } from '@vetted/client';
   *
   * export async function usableCodes(client: PartnerCenterClient): Promise<string[]> {
   *   const codes = await client.validations.getValidationCodes();
   *   return codes.filter(({ remainingCreates }) => remainingCreates > 0).map(({ validationId }) => validationId);
   * }
   * ```
   */
  getValidationCodes(options?: OperationOptions): Promise<ValidationCode[]>;
}

export function validationsOperations(send: Send): ValidationsOperations {
  return {
    getValidationCodes: (options = {}) =>
      send(
        {
          operation: 'ValidationsOperations.getValidationCodes',
          method: 'GET',
          path: paths.validations,
          read: readObjects<ValidationCode>,
        },
        options,
      ),
  };
}
