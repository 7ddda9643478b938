import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A public key on the curve P-256 (RFC 7517, RFC 7518 section 6.2.1). */
export interface PublicJwk {
  kty: 'EC';
  crv: 'P-256';
  x: string;
  y: string;
}

/** A key pair of the installation, the private half readable with SECRET_KEY only. All times are of the product's clock. */
@Entity('signing_keys')
export class SigningKey {
  /** Thumbprint of the public key (RFC 7638). */
  @PrimaryColumn('varchar', { length: 43, primaryKeyConstraintName: 'signing_keys_pkey' })
  kid: string;

  @Column('jsonb')
  publicJwk: PublicJwk;

  /** AES-256-GCM: nonce, tag, PKCS #8; sealed together with `kid` and the public key. */
  @Column('bytea')
  encryptedPrivateKey: Buffer;

  /** Published from the beginning, used for signing from here on. */
  @Column({ type: 'timestamptz', precision: 3 })
  signsFrom: Date;

  /** From here on nothing that it signed is accepted. Null until it has a successor. */
  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  retiresAt: Date | null;

  @Column({ type: 'timestamptz', precision: 3 })
  createdAt: Date;
}
