//! SQLite's `?1` as PostgreSQL's `$1`.

/// The same statement with PostgreSQL's numbers. What stands in quotes stays as it is.
pub fn numbered(sql: &str) -> String {
    let mut quote = None;
    sql.chars()
        .map(|c| match (quote, c) {
            (None, '?') => '$',
            (None, '\'' | '"') => {
                quote = Some(c);
                c
            }
            (Some(open), _) if open == c => {
                // a doubled quote closes and opens again
                quote = None;
                c
            }
            _ => c,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::numbered;

    #[test]
    fn numbers_are_marked_anew_and_quoted_marks_stay() {
        assert_eq!(
            numbered("SELECT '?1 isn''t ?2', \"?3\" FROM a WHERE b = ?1 AND c > ?12"),
            "SELECT '?1 isn''t ?2', \"?3\" FROM a WHERE b = $1 AND c > $12"
        );
    }
}
