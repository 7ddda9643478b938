import { ApiProperty } from '@nestjs/swagger';
import { BooleanQuery, IntegerField, IntegerQuery } from '#libs/common';

/** Paging of contract D's lists. */
export class ListQuery {
  @IntegerQuery({ min: 1, max: 1_000_000, description: 'First page is 1 (default 1)' })
  page: number = 1;

  @IntegerQuery({ min: 1, max: 200, description: 'Items per page (default 50)' })
  pageSize: number = 50;

  @BooleanQuery({ description: 'Also count all items (default false)' })
  includeCount: boolean = false;
}

export class PaginationResponse {
  @IntegerField({ example: 1 })
  page: number;

  @IntegerField({ example: 50 })
  pageSize: number;
}

/** Documents `{ data, totalCount?, pagination }` around an item. */
export abstract class ListResponse {
  @ApiProperty({ type: 'integer', required: false, description: 'Only with includeCount=true', example: 2 })
  totalCount?: number;

  @ApiProperty({ type: PaginationResponse })
  pagination: PaginationResponse;
}

/** A page of contract D. */
export interface List<T> {
  data: T[];
  totalCount?: number;
  pagination: { page: number; pageSize: number };
}
