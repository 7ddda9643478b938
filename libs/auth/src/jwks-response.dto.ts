import { ListField, TextField } from '#libs/common';
import type { LoadedKey } from './signing-keys.service';
import { ALGORITHM } from './tokens';

const COORDINATE = { maxLength: 43, description: 'Coordinate of the point on the curve, base64url' };

class JwkDto {
  @TextField({
    maxLength: 43,
    example: 'NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs',
    description: 'Thumbprint of the key (RFC 7638); tokens name it in their header',
  })
  kid: string;

  @TextField({ maxLength: 2, example: 'EC' })
  kty: string;

  @TextField({ maxLength: 5, example: 'P-256' })
  crv: string;

  @TextField({ ...COORDINATE, example: 'f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU' })
  x: string;

  @TextField({ ...COORDINATE, example: 'x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0' })
  y: string;

  @TextField({ maxLength: 5, example: ALGORITHM })
  alg: string;

  @TextField({ maxLength: 3, example: 'sig' })
  use: string;
}

/** A JSON Web Key Set (RFC 7517, section 5). */
export class JwksResponse {
  @ListField(() => JwkDto)
  keys: JwkDto[];

  static from(keys: LoadedKey[]): JwksResponse {
    return {
      keys: keys.map(({ kid, publicJwk: { kty, crv, x, y } }) => ({ kid, kty, crv, x, y, alg: ALGORITHM, use: 'sig' })),
    };
  }
}
