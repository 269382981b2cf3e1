import { buildDemonstrationImage } from '../image/demonstration-image.js';

/** `image.js PACKAGES FILE`: the demonstration image, made of Debian's packages unpacked in a directory. */
const [packages, file] = process.argv.slice(2);
if (packages === undefined || file === undefined) throw new Error('usage: image.js PACKAGES FILE');
await buildDemonstrationImage(packages, file);
