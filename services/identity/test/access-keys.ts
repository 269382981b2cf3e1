import { createHash, createHmac } from 'node:crypto';

export interface AccessKey {
  readonly access: string;
  readonly secret: string;
}

export const isoTime = (minutes = 0): string => new Date(Date.now() + minutes * 60_000).toISOString().slice(0, 19);

/** A request as a service received it, signed by version 2. */
export function versionTwo({ access, secret }: AccessKey, timestamp = isoTime()) {
  const params: Record<string, string> = {
    AWSAccessKeyId: access,
    Action: 'Describe things',
    SignatureMethod: 'HmacSHA256',
    SignatureVersion: '2',
    Timestamp: timestamp,
  };
  const query = Object.keys(params)
    .sort()
    .map((name) => `${name}=${encodeURIComponent(params[name] ?? '')}`)
    .join('&');
  const text = `GET\nec2.test:8773\n/services/Cloud\n${query}`;
  const signature = createHmac('sha256', secret).update(text).digest('base64');
  return { access, signature, host: 'ec2.test:8773', verb: 'GET', path: '/services/Cloud', params };
}

/** The same by version 4. */
export function versionFour({ access, secret }: AccessKey, minutes = 0) {
  const time = `${isoTime(minutes).replace(/[-:]/g, '')}Z`;
  const date = time.slice(0, 8);
  const bodyHash = createHash('sha256').update('').digest('hex');
  const scope = `${date}/region/ec2/aws4_request`;
  const canonical = `GET\n/\na=1&b=x%20y\nhost:ec2.test\nx-amz-date:${time}\n\nhost;x-amz-date\n${bodyHash}`;
  const text = `AWS4-HMAC-SHA256\n${time}\n${scope}\n${createHash('sha256').update(canonical).digest('hex')}`;
  const signing = [date, 'region', 'ec2', 'aws4_request'].reduce<string | Buffer>(
    (before, part) => createHmac('sha256', before).update(part).digest(),
    `AWS4${secret}`,
  );
  const signature = createHmac('sha256', signing).update(text).digest('hex');
  const authorization = `AWS4-HMAC-SHA256 Credential=${access}/${scope}, SignedHeaders=host;x-amz-date, Signature=${signature}`;
  return {
    access,
    signature,
    host: 'ec2.test',
    verb: 'GET',
    path: '/',
    params: { b: 'x y', a: '1' },
    headers: { Host: 'ec2.test', 'X-Amz-Date': time, Authorization: authorization },
    body_hash: bodyHash,
  };
}
