-- A NIK's row of a file: the first one is at hand, and SQLite has no reason to walk through the whole file for its order.
DROP INDEX export_row_by_nik;
CREATE INDEX export_row_by_nik ON export_row (export_id, nik, position);
