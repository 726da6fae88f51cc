import type { ValidationCodeRow } from '../domain/store.js';

export const validationCodeColumns = [
  'validation_id',
  'organization_name',
  'max_creates',
  'remaining_creates',
] as const;

interface ValidationCodeColumns {
  validation_id: string;
  organization_name: string;
  max_creates: number;
  remaining_creates: number;
}

export function toValidationCode(row: ValidationCodeColumns): ValidationCodeRow {
  return {
    validationId: row.validation_id,
    organizationName: row.organization_name,
    maxCreates: row.max_creates,
    remainingCreates: row.remaining_creates,
  };
}
