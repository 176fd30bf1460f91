-- The pieces of three letters that a name has, as SQLite's index of 0008 knows them; made here and not by pg_trgm, for which a
-- managed PostgreSQL may give no right.
CREATE FUNCTION name_parts(words TEXT) RETURNS TEXT[] LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT ARRAY(SELECT substr(words, n, 3) FROM generate_series(1, length(words) - 2) AS n)
$$;
CREATE INDEX person_name_part ON person_name USING gin (name_parts(words));

-- A NIK's row of a file: the first one is at hand, and SQLite has no reason to walk through the whole file for its order.
DROP INDEX export_row_by_nik;
CREATE INDEX export_row_by_nik ON export_row (export_id, nik, position);
