-- The four roles and two extensions, for an operator who does not give Orderline a login that may create roles. Run once, as a
-- superuser, in the database that DATABASE_URL names; then make that login a member of all four:
--
--   GRANT orderline_owner, orderline_app, orderline_jobs, orderline_platform TO the_login;
--
-- Stricter: give orderline_app, orderline_jobs and orderline_platform logins of their own (ORDERLINE_DATABASE_APP_URL,
-- ORDERLINE_DATABASE_JOBS_URL and ORDERLINE_DATABASE_PLATFORM_URL) and let the first login be a member of orderline_owner alone.

CREATE ROLE orderline_owner NOLOGIN NOSUPERUSER NOBYPASSRLS;
CREATE ROLE orderline_app NOLOGIN NOSUPERUSER NOBYPASSRLS;
CREATE ROLE orderline_jobs NOLOGIN NOSUPERUSER NOBYPASSRLS;
CREATE ROLE orderline_platform NOLOGIN NOSUPERUSER NOBYPASSRLS;
GRANT USAGE, CREATE ON SCHEMA public TO orderline_owner;
GRANT USAGE ON SCHEMA public TO orderline_app, orderline_jobs, orderline_platform;

-- For the search of customers; both come with Postgres (Debian: in the package `postgresql-NN`).
CREATE EXTENSION IF NOT EXISTS pg_trgm SCHEMA public;
CREATE EXTENSION IF NOT EXISTS btree_gin SCHEMA public;
