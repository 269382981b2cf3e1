import { buffer } from 'node:stream/consumers';
import { pack } from 'tar-stream';
import type { InstanceFile } from '../hypervisor.js';

/** The files of an instance as the archive that the engine unpacks inside it, owned by root. */
export async function packFiles(files: readonly InstanceFile[]): Promise<Buffer> {
  const archive = pack();
  const now = new Date();
  for (const file of files) {
    const name = file.path.replace(/^\/+/, '');
    const slash = name.lastIndexOf('/');
    // sshd refuses keys in a directory that others may write.
    if (name.endsWith('/.ssh/authorized_keys')) {
      archive.entry({ name: `${name.slice(0, slash)}/`, type: 'directory', mode: 0o700, mtime: now });
    }
    archive.entry({ name, mode: file.mode, mtime: now, uid: 0, gid: 0 }, file.content);
  }
  archive.finalize();
  return buffer(archive);
}
