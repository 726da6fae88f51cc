/** Whether the service answers this page: asked at once, without the client, which would try again for a while. */
export async function isServiceReached(): Promise<boolean> {
  const answer = await fetch('/', { method: 'HEAD' }).catch(() => undefined);
  return answer?.ok ?? false;
}
