import { expect, test } from 'vitest';
import { pictureStems } from '../../../main/app/learning/pictureStems.ts';

test('files of one name do not overwrite the pictures of each other', () => {
  const stemOf = pictureStems();
  expect(['x.png', 'x.png', 'a/x.png', 'a_x.png', 'X.PNG', 'x.png-2'].map(stemOf)).toEqual([
    'x.png',
    'x.png-2',
    'a_x.png',
    'a_x.png-2',
    'X.PNG-3',
    'x.png-2-2',
  ]);
});
