-- Each of the office's reports is counted along an index that has its order; one index for all of them had to be sorted.
DROP INDEX record_for_reports;
CREATE INDEX record_by_standing ON record (programme, village, state);
CREATE INDEX record_by_work ON record (programme, state, occupation, role);
CREATE INDEX record_by_birth ON record (programme, state, sex, birth_date);
