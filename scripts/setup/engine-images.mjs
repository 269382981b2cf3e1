import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import http from 'node:http';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { URLSearchParams } from 'node:url';
import { connection } from './engine.mjs';
import { SetupStopped } from './report.mjs';

function request(method, at, headers = {}) {
  return http.request({ ...connection(), method, path: at, headers });
}

async function answered(asked) {
  const [response] = await once(asked, 'response');
  return { status: response.statusCode, body: await text(response) };
}

export async function engineHas(image) {
  const asked = request('GET', `/images/${image}/json`);
  asked.end();
  const { status, body } = await answered(asked);
  if (status === 200 || status === 404) return status === 200;
  throw new SetupStopped(`the Docker engine answered ${status} when asked for an image: ${body.slice(0, 200)}`);
}

/** A tar archive of a root file system becomes an image. */
export async function importedIntoEngine(archive, repository, tag) {
  const query = new URLSearchParams({ fromSrc: '-', repo: repository, tag });
  const asked = request('POST', `/images/create?${query}`, { 'content-type': 'application/x-tar' });
  const [{ status, body }] = await Promise.all([answered(asked), pipeline(createReadStream(archive), asked)]);
  // The engine reports what goes wrong later in the lines of an answer that began well.
  if (status !== 200 || /"error"/.test(body)) {
    throw new SetupStopped(`the Docker engine did not import ${repository}:${tag}: ${body.slice(-300)}`);
  }
}
