/**
 * Besides the view member_directory, what the accounts join of this lib's tables, so that finding out who is behind a request stays one
 * statement. Simple enough for PostgreSQL to plan as if the tables stood there themselves.
 */
export const ACCOUNTS = '(select id, email, password_hash, proved_at from accounts)';
export const ORGANIZATIONS = '(select id, uuid, name, language, time_zone, expiring_soon_days from organizations)';
