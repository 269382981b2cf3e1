import type { ImageListQuery } from '@ocx/openstack-api/image/images';
import { InvalidInput } from '@ocx/service-kit/errors';
import { isSortable, type ImageSort } from './images.repository.js';

const direction = (word: string | undefined): 'ASC' | 'DESC' => {
  if (word === undefined || word === 'desc') return 'DESC';
  if (word === 'asc') return 'ASC';
  throw new InvalidInput(`Invalid sort direction: ${word}`);
};

/** Glance's two ways to say it: `sort=name:asc,size` or sort_key and sort_dir. Ties end by creation and id. */
export function imageSort(query: ImageListQuery): ImageSort[] {
  const keys = [query.sort_key ?? []].flat();
  const directions = [query.sort_dir ?? []].flat();
  if (query.sort !== undefined && keys.length + directions.length > 0) {
    throw new InvalidInput('Old and new sorting syntax cannot be combined');
  }
  const asked =
    query.sort === undefined
      ? keys.map((key, index) => ({ key, direction: direction(directions[index] ?? directions[0]) }))
      : query.sort.split(',').map((item) => {
          const [key = '', word] = item.trim().split(':');
          return { key, direction: direction(word) };
        });
  const unknown = asked.find(({ key }) => !isSortable(key));
  if (unknown) throw new InvalidInput(`Invalid sort key: ${unknown.key}`);
  const tie = direction(keys.length === 0 ? directions[0] : undefined);
  return [...asked, { key: 'created_at', direction: tie }, { key: 'id', direction: tie }].filter(
    (item, index, all) => all.findIndex(({ key }) => key === item.key) === index,
  );
}
