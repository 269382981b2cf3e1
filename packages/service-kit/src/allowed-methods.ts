import type { FastifyInstance } from 'fastify';
import createRouter from 'find-my-way';
import { MethodNotAllowed } from './errors.js';

/**
 * What Fastify's router does not tell: which methods a path has that is asked with another one. Such a request is 405,
 * and OPTIONS is answered, both with `Allow` (RFC 9110, sections 9.3.7 and 15.5.6). To be called before routes are made.
 */
export function useAllowedMethods(fastify: FastifyInstance, maxParamLength: number): void {
  const router = createRouter({ maxParamLength });
  const patterns = new Map<string, Set<string>>();
  fastify.addHook('onRoute', ({ method, url }) => {
    let methods = patterns.get(url);
    if (!methods) {
      methods = new Set();
      patterns.set(url, methods);
      router.on('GET', url, () => undefined, methods);
    }
    for (const one of [method].flat()) methods.add(one);
  });
  fastify.addHook('onRequest', (request, reply, done) => {
    const path = (request.raw.url ?? '/').split('?')[0] ?? '/';
    const methods = request.is404 ? (router.find('GET', path)?.store as Set<string> | undefined) : undefined;
    if (!methods) {
      done();
      return;
    }
    void reply.header('allow', [...methods, 'OPTIONS'].sort().join(', '));
    if (request.method === 'OPTIONS') void reply.code(200).send();
    else done(new MethodNotAllowed('The method is not allowed for the requested URL.'));
  });
}
