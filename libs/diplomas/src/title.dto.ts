import { IntegerField, ListField, TextField } from '#libs/common';
import { type List, ListQuery, ListResponse } from './list-query.dto';
import type { Title } from './title.entity';

export class TitleDto {
  @TextField({ minLength: 1, maxLength: 200, pattern: /\S/, example: 'Bachelor of Nautical Science' })
  name: string;
}

export class TitlesQuery extends ListQuery {
  @TextField({ maxLength: 200, form: 'search', optional: true, description: 'Part of the name, in any case' })
  whereName?: string;
}

export class TitleResponse {
  @IntegerField({ example: 7 })
  id: number;

  @TextField({ maxLength: 200, example: 'Bachelor of Nautical Science' })
  name: string;

  static from({ id, name }: Pick<Title, 'id' | 'name'>): TitleResponse {
    return { id, name };
  }

  static etag({ etag }: Title): string {
    return etag;
  }
}

export class TitleListResponse extends ListResponse {
  @ListField(() => TitleResponse)
  data: TitleResponse[];

  static from({ data, ...rest }: List<Title>): TitleListResponse {
    return { data: data.map((title) => TitleResponse.from(title)), ...rest };
  }
}
