import { objectBackendContract } from '../object-backend.contract.js';
import { FakeObjectBackend } from './fake-object-backend.js';

objectBackendContract('fake', () => {
  const backend = new FakeObjectBackend();
  return Promise.resolve({
    backend,
    residue: () => Promise.resolve(backend.count),
    close: () => Promise.resolve(),
  });
});
