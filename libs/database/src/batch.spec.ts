import type { EntityManager } from 'typeorm';
import { Batch } from './batch';

/** Keeps what is sent, and answers with one row. */
function manager(answer: Record<string, unknown> = {}) {
  const sent: { sql: string; values: unknown[] }[] = [];
  const query = (sql: string, values: unknown[]) => {
    sent.push({ sql, values });
    return Promise.resolve([answer]);
  };
  return { sent, tx: { query } as unknown as EntityManager };
}

describe('a batch of writes', () => {
  it('is one statement that has the values of each where its own text expects them', async () => {
    const { sent, tx } = manager();
    await new Batch(tx)
      .add('insert into a values ($1, $2, $1)', ['a1', 'a2'])
      .add('update b set c = $2 where d = $1', ['b1', 'b2'])
      .send();
    expect(sent).toEqual([
      {
        sql: 'with part_1 as (insert into a values ($1, $2, $1)) update b set c = $4 where d = $3',
        values: ['a1', 'a2', 'b1', 'b2'],
      },
    ]);
  });

  it('gathers the rows of one list from all who add to it, and leaves an empty list out', async () => {
    const { sent, tx } = manager();
    await new Batch(tx)
      .addToList('insert into list select $1', [{ n: 1 }])
      .addToList('insert into empty select $1', [])
      .addToList('insert into list select $1', [{ n: 2 }])
      .send();
    expect(sent).toEqual([{ sql: 'insert into list select $1', values: ['[{"n":1},{"n":2}]'] }]);
  });

  it('gives the answer to those who asked, and has them last', async () => {
    const { sent, tx } = manager({ id: 7, queued: 1 });
    const answers: unknown[] = [];
    await new Batch(tx)
      .ask('insert into a values ($1) returning id', ['a'], ({ id }) => answers.push(id))
      .ask('select 1 as queued from job($1)', ['b'], ({ queued }) => answers.push(queued))
      .add('delete from c where d = $1', ['c'])
      .send();
    expect(sent).toEqual([
      {
        sql:
          'with part_1 as (delete from c where d = $1), part_2 as (insert into a values ($2) returning id), ' +
          'part_3 as (select 1 as queued from job($3)) select * from part_2, part_3',
        values: ['c', 'a', 'b'],
      },
    ]);
    expect(answers).toEqual([7, 1]);
  });

  it('sends nothing when there is nothing to write', async () => {
    const { sent, tx } = manager();
    await new Batch(tx).addToList('insert into list select $1', []).send();
    expect(sent).toEqual([]);
  });
});
