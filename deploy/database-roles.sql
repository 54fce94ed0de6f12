-- One role owns the tables and migrates, another serves: it cannot switch off the triggers that freeze what was submitted,
-- signed or paid. compose.yaml runs this at the first start of its database, as the administrator, in the office's database.
\set ON_ERROR_STOP on
\getenv password DATABASE_PASSWORD
\getenv owner_password DATABASE_OWNER_PASSWORD
CREATE ROLE office_owner LOGIN PASSWORD :'owner_password' NOSUPERUSER NOCREATEDB NOCREATEROLE;
CREATE ROLE office LOGIN PASSWORD :'password' NOSUPERUSER NOCREATEDB NOCREATEROLE;
SELECT format('ALTER DATABASE %I OWNER TO office_owner', current_database()) \gexec
ALTER SCHEMA public OWNER TO office_owner;
GRANT USAGE ON SCHEMA public TO office;
ALTER DEFAULT PRIVILEGES FOR ROLE office_owner IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO office;
ALTER DEFAULT PRIVILEGES FOR ROLE office_owner IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO office;
