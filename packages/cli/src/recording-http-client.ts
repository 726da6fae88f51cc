import type { PartnerCenterClientOptions } from '@vetted/client';

type HttpClient = NonNullable<PartnerCenterClientOptions['httpClient']>;

/** An HTTP client that keeps what each request was answered, to the letter. */
export interface RecordingHttpClient {
  readonly httpClient: HttpClient;
  /** The parsed body of the answer to a request, by its `MS-RequestId`; of the last try where there were several. */
  bodyOf(requestId: string): unknown;
}

export async function recordingHttpClient(): Promise<RecordingHttpClient> {
  const { createDefaultHttpClient } = await import('@azure/core-rest-pipeline');
  const inner = createDefaultHttpClient();
  const bodies = new Map<string, string>();
  return {
    httpClient: {
      async sendRequest(request) {
        const response = await inner.sendRequest(request);
        bodies.set(request.requestId, response.bodyAsText ?? '');
        return response;
      },
    },
    bodyOf: (requestId) => JSON.parse(bodies.get(requestId) ?? 'null'),
  };
}
