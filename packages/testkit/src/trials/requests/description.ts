/** As much of JSON Schema as the service's description uses. */
export interface Schema {
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly Schema[];
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
}

export interface Parameter {
  readonly in: 'path' | 'query' | 'header';
  readonly name: string;
  readonly required: boolean;
  readonly schema: Schema;
}

type Content = Readonly<Record<string, { readonly schema: Schema }>>;

interface Described {
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Content };
  readonly responses: Readonly<Record<string, { readonly content?: Content }>>;
}

/** One operation of the service, as `/openapi.json` describes it. */
export interface Operation {
  /** `GET /v1/customers`. */
  readonly name: string;
  readonly method: string;
  /** With its parameters in braces. */
  readonly path: string;
  readonly parameters: readonly Parameter[];
  readonly body?: { readonly type: string; readonly schema: Schema } | undefined;
  readonly responses: Described['responses'];
}

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Described>>>>;
}

/** Reads the operations out of the description; those last that change what all the others see. */
export function operationsOf({ paths }: Document): Operation[] {
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, described]) => toOperation(method.toUpperCase(), path, described)),
  );
  const isLast = ({ method, path }: Operation) => Number(path.startsWith('/sandbox/') && method !== 'GET');
  return operations.sort((one, other) => isLast(one) - isLast(other));
}

function toOperation(method: string, path: string, { parameters = [], requestBody, responses }: Described): Operation {
  const [content] = Object.entries(requestBody?.content ?? {});
  const body = content && { type: content[0], schema: content[1].schema };
  return { name: `${method} ${path}`, method, path, parameters, body, responses };
}
