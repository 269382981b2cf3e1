import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { FaultFilter } from './fault-filter.js';
import { type FaultStyle, faultTitle } from './fault.js';

const STATUS: Readonly<Record<string, number>> = {
  HPE_HEADER_OVERFLOW: 431,
  ERR_HTTP_REQUEST_TIMEOUT: 408,
};

/** What is no HTTP at all is answered on the bare socket, in the form of the API nevertheless. */
export function answerClientError(faults: FaultFilter, style: FaultStyle, error: Error, socket: Socket): void {
  const code = (error as NodeJS.ErrnoException).code ?? '';
  if (code === 'ECONNRESET' || socket.destroyed || !socket.writable) {
    socket.destroy();
    return;
  }
  const statusCode = STATUS[code] ?? 400;
  const fault = Object.assign(new Error(faultTitle(statusCode)), { statusCode });
  const { status, rendered } = faults.render(fault, style, 'application/json');
  const head = [
    `HTTP/1.1 ${String(status)} ${STATUS_CODES[status] ?? ''}`,
    `Content-Type: ${rendered.contentType}`,
    `Content-Length: ${String(Buffer.byteLength(rendered.body))}`,
    'Connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${rendered.body}`);
}
